"""Proposals for admission, received from intake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime.act import Act
from kim_runtime.clock import local_day
from kim_runtime.paging import rows_after
from sqlalchemy import ColumnElement, Integer, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, code, identifier, line
from kim_casework.model.case import Case, hidden_cases
from kim_casework.rules.admission import answer_by

WAITING = "waiting"


class Proposal(Base):
    """A proposal to admit a person to case management (Vorschlag zur CM-Aufnahme).

    What it says of the person is here until it is decided; then the case has it, or nobody. Dates and counts stay.
    """

    __tablename__ = "proposals"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)  # of intake's word
    state: Mapped[str] = mapped_column(code(), index=True)  # waiting, admitted, declined, withdrawn
    proposed_at: Mapped[datetime]
    site: Mapped[str] = mapped_column(identifier())
    consent_given_on: Mapped[date]
    follow_ups: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(line(), default="")
    phone: Mapped[str] = mapped_column(line(50), default="")
    birth_year: Mapped[int | None] = mapped_column(Integer)
    languages: Mapped[list[str]] = mapped_column(default=list)
    town: Mapped[str | None] = mapped_column(identifier())
    persons: Mapped[int] = mapped_column(Integer, default=1)
    need: Mapped[str] = mapped_column(Text, default="")
    topics: Mapped[list[str]] = mapped_column(default=list)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(identifier())
    reason: Mapped[str | None] = mapped_column(code())
    note: Mapped[str] = mapped_column(Text, default="")
    answer_version: Mapped[int] = mapped_column(Integer, default=0)  # of our answer

    @property
    def answer_by(self) -> date:
        return answer_by(local_day(self.proposed_at))

    def decide(self, state: str, at: datetime, by: str) -> None:
        """Close the proposal and forget what it said of the person."""
        self.state, self.decided_at, self.decided_by = state, at, by
        self.name = self.phone = self.need = ""
        self.birth_year = self.town = None
        self.languages, self.topics = [], []


def waiting_proposals(session: Session) -> Sequence[Proposal]:
    return session.scalars(select(Proposal).where(Proposal.state == WAITING).order_by(Proposal.proposed_at)).all()


def recent_proposals(session: Session, act: Act, how_many: int = 100) -> Sequence[Proposal]:
    """Those that wait first, the longest waiting on top; then the decided ones, the newest on top."""
    decided = select(Proposal).where(Proposal.state != WAITING, _shown(act)).order_by(Proposal.decided_at.desc()).limit(how_many)
    return [*waiting_proposals(session), *session.scalars(decided)]


def cases_of(session: Session, proposals: Sequence[Proposal]) -> dict[str, Case]:
    """By the id of a proposal, the case that came of it. Whether somebody may see that case is another question."""
    ids = [proposal.id for proposal in proposals]
    return {case.proposal_id: case for case in session.scalars(select(Case).where(Case.proposal_id.in_(ids))) if case.proposal_id}


def proposals_after(
    session: Session, act: Act, *, state: str | None, after: str | None, limit: int
) -> tuple[Sequence[Proposal], str | None]:
    """The next `limit` proposals behind the id `after`, and the id to go on from."""
    query = select(Proposal).where(_shown(act))
    if state:
        query = query.where(Proposal.state == state)
    return rows_after(session, query, Proposal.id, after=after, limit=limit)


def _shown(act: Act) -> ColumnElement[bool]:
    """Not those from which a protected case came that the actor does not see: site, day and household would still tell whose it is."""
    return Proposal.id.not_in(select(Case.proposal_id).where(Case.proposal_id.is_not(None), Case.id.in_(hidden_cases(act))))
