"""Co-determination: what the staff council was asked and what it answered."""

from __future__ import annotations

from datetime import date

from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.rules.extension_gate import Hearing


class CouncilHearing(Base):
    """One question to the body that has a say (Beteiligung des Personalrats, der MAV, des Betriebsrats), for one or more contracts.

    Consent covers exactly the ground and the money that were told, so both are kept as they were told. `money_told` is a level of
    `rules.coverage.Level` or "".
    """

    __tablename__ = "council_hearing"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    body: Mapped[str] = mapped_column(String(20))
    sent_on: Mapped[date]
    ground_told: Mapped[str] = mapped_column(String(40))
    money_told: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    contracts: Mapped[list[HearingContract]] = relationship(order_by="HearingContract.contract_id", lazy="selectin")

    def as_heard(self) -> Hearing:
        return Hearing(self.body, self.sent_on, self.ground_told, self.money_told, self.answer, self.answered_on, self.reason)


class HearingContract(Base):
    """A contract whose extension a hearing is about."""

    __tablename__ = "hearing_contract"

    hearing_id: Mapped[str] = mapped_column(ForeignKey("council_hearing.id"), primary_key=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"), primary_key=True, index=True)


def hearing_for_update(session: Session, hearing_id: str) -> CouncilHearing:
    """The hearing under its row lock: it is answered once."""
    hearing = locked(session, CouncilHearing, hearing_id)
    if hearing is None:
        raise NotFound("hearing_unknown", "Diese Beteiligung gibt es hier nicht.")
    return hearing


def hearings(session: Session) -> list[CouncilHearing]:
    """All hearings, the newest first."""
    return list(session.scalars(select(CouncilHearing).order_by(CouncilHearing.sent_on.desc(), CouncilHearing.id.desc())))


def hearings_by_contract(session: Session) -> dict[str, list[CouncilHearing]]:
    """By contract id, the hearings about its extension, the oldest first."""
    found: dict[str, list[CouncilHearing]] = {}
    for hearing in reversed(hearings(session)):
        for entry in hearing.contracts:
            found.setdefault(entry.contract_id, []).append(hearing)
    return found
