"""Proposals for admission to case management, and what casework answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime import database
from kim_runtime.act import Act
from kim_runtime.columns import UtcColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_intake.model.base import Base, CodesColumn
from kim_intake.model.client import Client
from kim_intake.model.sight import open_to


class AdmissionProposal(Base):
    """A person is proposed for case management (Vorschlag zur CM-Aufnahme). `version` counts what was told to casework."""

    __tablename__ = "admission_proposal"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int]
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date] = mapped_column(index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcColumn)
    proposed_by: Mapped[str] = mapped_column(String(64))
    consent_given_on: Mapped[date]
    need: Mapped[str] = mapped_column(String(2000))
    topics: Mapped[tuple[str, ...]] = mapped_column(CodesColumn)
    follow_ups: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="proposed", index=True)
    answer_version: Mapped[int] = mapped_column(default=0)  # of the answer last read
    decided_on: Mapped[date | None]
    case_number: Mapped[str | None] = mapped_column(String(20))
    decline_reason: Mapped[str | None] = mapped_column(String(30))
    client: Mapped[Client] = relationship(lazy="joined", innerjoin=True)

    @property
    def clients(self) -> tuple[str | None, ...]:
        """Whom this is about, as of each thing of the desk."""
        return (self.client_id,)


def proposal(session: Session, proposal_id: str, *, locked: bool = False) -> AdmissionProposal:
    """The proposal of an id; raises NotFound."""
    found = database.locked(session, AdmissionProposal, proposal_id) if locked else session.get(AdmissionProposal, proposal_id)
    if found is None:
        raise no_such_proposal()
    return found


def no_such_proposal() -> NotFound:
    return NotFound("no_such_proposal", "Diesen Vorschlag gibt es nicht.", "proposal_id")


def proposals(session: Session, act: Act) -> Sequence[AdmissionProposal]:
    """The proposals the actor may see: those without an answer first (longest waiting on top), then the answered ones, newest first."""
    seen = open_to(act, "proposal.see", AdmissionProposal.site_id, AdmissionProposal.client_id)
    rows = session.scalars(select(AdmissionProposal).where(seen).order_by(AdmissionProposal.proposed_at)).all()
    waiting = [row for row in rows if row.state == "proposed"]
    return waiting + [row for row in reversed(rows) if row.state != "proposed"]


def open_proposal_of(session: Session, client_id: str, *, locked: bool = False) -> AdmissionProposal | None:
    """The proposal of a person that waits for its answer."""
    query = select(AdmissionProposal).where(AdmissionProposal.client_id == client_id, AdmissionProposal.state == "proposed")
    return session.scalars(query.with_for_update(of=AdmissionProposal) if locked else query).first()
