"""Who works with cases in this house, and what staffing has told about when they may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime.clock import local_day
from sqlalchemy import Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, identifier, line
from kim_casework.rules.assignability import Span, assignable_on, first_day_without
from kim_casework.rules.urgency import RUNS_OUT_WITHIN


class StaffMember(Base):
    """A colleague of this house (Mitarbeitende): who signs in as `id`, and is called `reference` by staffing."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    name: Mapped[str] = mapped_column(line())
    reference: Mapped[str | None] = mapped_column(identifier(), unique=True)
    manages_cases: Mapped[bool]


class AssignabilityTold(Base):
    """One version of one span staffing has told (Einsetzbarkeit).

    Versions are kept, so that an earlier day can be looked at as it was known then. Of a contract this is all that is known here: who, from
    when, until when.
    """

    __tablename__ = "assignability_told"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    subject: Mapped[str] = mapped_column(identifier(), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff: Mapped[str] = mapped_column(identifier(), index=True)
    first: Mapped[date]
    last: Mapped[date | None]
    told_at: Mapped[datetime]


class Assignability:
    """Who may be given cases, as this house knew it at the end of a day (None: as it knows it now)."""

    def __init__(self, session: Session, known_on: date | None = None) -> None:
        newest: dict[tuple[str, str], AssignabilityTold] = {}
        for told in session.scalars(select(AssignabilityTold).order_by(AssignabilityTold.version)):
            if known_on is None or local_day(told.told_at) <= known_on:
                newest[told.source, told.subject] = told
        self.spans = [Span(told.staff, told.first, told.last) for told in newest.values()]
        self._staffing_speaks = bool(self.spans)
        self._members = {member.id: member for member in session.scalars(select(StaffMember).order_by(StaffMember.name))}

    def member(self, member_id: str) -> StaffMember | None:
        return self._members.get(member_id)

    def may_take_cases(self, member_id: str, day: date) -> bool:
        """By staffing's word on those it has a name for, else by the house's own list of case managers."""
        member = self._members.get(member_id)
        if member is None or not member.manages_cases:
            return False
        return not self._asks_staffing(member) or assignable_on(self.spans, member.reference, day)

    def last_chance(self, member_id: str, day: date) -> date | None:
        """The first day from `day`, at most six weeks ahead, on which this colleague may not have cases; None: there is none."""
        member = self._members.get(member_id)
        if member is None or not member.manages_cases:
            return day
        if not self._asks_staffing(member):
            return None
        return first_day_without(self.spans, member.reference, day, RUNS_OUT_WITHIN)

    def _asks_staffing(self, member: StaffMember) -> bool:
        return self._staffing_speaks and member.reference is not None

    def case_managers(self, day: date) -> Sequence[StaffMember]:
        """The colleagues who may be given a case on the day, by name."""
        return [member for member in self._members.values() if self.may_take_cases(member.id, day)]


def list_staff(session: Session) -> Sequence[StaffMember]:
    """Everybody ever introduced, by name."""
    return session.scalars(select(StaffMember).order_by(StaffMember.name)).all()


def names_of_staff(session: Session) -> dict[str, str]:
    """Display name by id, of everybody ever introduced."""
    return {member.id: member.name for member in session.scalars(select(StaffMember))}
