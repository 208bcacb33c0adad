"""Contracts of the own staff: chains of fixed terms, with three dates for each extension."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from kim_runtime.columns import FteColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.model.employer import Employer
from kim_staffing.model.person import Person
from kim_staffing.rules.extension_gate import Draft
from kim_staffing.rules.fixed_term import Link

# drafted -> running (signed in time) | late (signed too late: frozen) | set_aside (replaced by a newer draft)
DRAFTED, RUNNING, LATE, SET_ASIDE = "drafted", "running", "late", "set_aside"
STATE_WORDS = {DRAFTED: "Entwurf", RUNNING: "läuft", LATE: "nicht rechtzeitig", SET_ASIDE: "ersetzt"}


class Contract(Base):
    """One fixed term of one person with one legal employer (befristeter Vertrag), or its extension.

    `previous_id` is the contract it goes on from. `ground` is a code of `rules.fixed_term.GROUNDS`; the prognosis, its author and its day
    stand beside it. The three dates are when the employer signed, when the employee signed, and when the signed original came back.
    `worked_since` is when work went on without a complete extension. A record that is `frozen` changes by an addition only.
    """

    __tablename__ = "contract"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"))
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("contract.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    share: Mapped[Decimal] = mapped_column(FteColumn)
    ground: Mapped[str] = mapped_column(String(40))
    prognosis: Mapped[str] = mapped_column(Text)
    prognosis_by: Mapped[str] = mapped_column(String(80))
    drafted_on: Mapped[date]
    employer_signed_on: Mapped[date | None]
    employee_signed_on: Mapped[date | None]
    original_received_on: Mapped[date | None]
    original_received_by: Mapped[str] = mapped_column(String(80))
    completed_on: Mapped[date | None]
    worked_since: Mapped[datetime | None] = mapped_column(UtcColumn)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    letter_made_on: Mapped[date | None]
    letter_handed_over_on: Mapped[date | None]
    person: Mapped[Person] = relationship(lazy="joined")
    employer: Mapped[Employer] = relationship(lazy="joined")
    additions: Mapped[list[ContractAddition]] = relationship(order_by="ContractAddition.at")
    end_changes: Mapped[list[EndDateChange]] = relationship(order_by="EndDateChange.at", lazy="selectin")

    @property
    def link(self) -> Link:
        return Link(self.starts_on, self.ends_on, self.share, self.ground)

    @property
    def draft(self) -> Draft:
        """This contract as the gate sees it."""
        return Draft(
            drafted_on=self.drafted_on,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            share=self.share,
            ground=self.ground,
            employer_signed_on=self.employer_signed_on,
            employee_signed_on=self.employee_signed_on,
            original_received_on=self.original_received_on,
            original_received_by=self.original_received_by,
        )

    @property
    def frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def left(self) -> bool:
        """Whether the person leaves with this contract: no extension is awaited."""
        return bool(self.end_changes) and self.end_changes[-1].reason == "leaves"

    def must_not_be_frozen(self) -> None:
        if self.frozen:
            words = "Dieser Eintrag steht fest und ändert sich nicht mehr. Tragen Sie einen Nachtrag ein."
            raise Refused("record_frozen", words)


class ContractAddition(Base):
    """What was added to a contract's record later (Nachtrag); never changed, never removed."""

    __tablename__ = "contract_addition"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcColumn)
    by: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class EndDateChange(Base):
    """An end date was changed, and why: the person leaves, or it was wrong. A new contract is a row of its own, not a change."""

    __tablename__ = "end_date_change"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcColumn)
    by: Mapped[str] = mapped_column(String(80))
    old_end: Mapped[date]
    new_end: Mapped[date]
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)


def contract_by_id(session: Session, contract_id: str) -> Contract:
    contract = session.get(Contract, contract_id)
    if contract is None:
        raise NotFound("contract_unknown", "Diesen Vertrag gibt es hier nicht.")
    return contract


def contract_for_update(session: Session, contract_id: str) -> Contract:
    """The contract under its row lock: two entries about it come one after the other."""
    return locked(session, Contract, contract_id) or contract_by_id(session, contract_id)


def contracts_of(session: Session, person_id: str) -> list[Contract]:
    """All contracts and drafts of a person, in the order of their beginning."""
    query = select(Contract).where(Contract.person_id == person_id).order_by(Contract.starts_on, Contract.drafted_on, Contract.id)
    return list(session.scalars(query))


def all_contracts(session: Session) -> list[Contract]:
    return list(session.scalars(select(Contract).order_by(Contract.ends_on, Contract.starts_on, Contract.id)))
