"""Cases, the people in them, who looks after them, and their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime.act import Act
from kim_runtime.ids import new_id
from kim_runtime.paging import rows_after
from kim_runtime.policy import Relation
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    Text,
    UniqueConstraint,
    and_,
    false,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_casework.model.base import Base, code, identifier, line
from kim_casework.model.cover import absent_covered_by
from kim_casework.model.protection import (
    Protection,
    cases_about,
    emergency_of,
    protected_cases,
    protection_of,
)
from kim_casework.model.team import in_other_teams
from kim_casework.rules.closing import kept_until_before
from kim_casework.rules.permissions import CaseFacts, ways_to

ADULT_AT = 18


class Case(Base):
    """A case (Fall) of case management: one household, one responsible case manager."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    number: Mapped[str] = mapped_column(line(20), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(code(), index=True)  # open, closed
    phase: Mapped[str] = mapped_column(code())
    responsible: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_on: Mapped[date]
    agreement_on: Mapped[date]  # the day the client agreed to be accompanied (Vereinbarung)
    criteria: Mapped[list[str]]
    reasoning: Mapped[str] = mapped_column(Text)
    need: Mapped[str] = mapped_column(Text)
    topics: Mapped[list[str]]
    site: Mapped[str] = mapped_column(identifier())
    town: Mapped[str] = mapped_column(identifier())
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposals.id"), unique=True)
    referral_id: Mapped[str | None] = mapped_column(identifier(), unique=True)
    closed_on: Mapped[date | None]
    closing_reason: Mapped[str | None] = mapped_column(code())
    handed_over_to: Mapped[str] = mapped_column(line(), default="")

    persons: Mapped[list[Person]] = relationship(order_by="Person.position", cascade="all, delete-orphan", lazy="selectin")
    assignments: Mapped[list[Assignment]] = relationship(order_by="Assignment.from_day", cascade="all, delete-orphan", lazy="selectin")
    changes: Mapped[list[CaseChange]] = relationship(order_by="CaseChange.version", cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def holder(self) -> Person:
        """The person whose case it is."""
        return self.persons[0]

    @property
    def deputies(self) -> list[str]:
        return [held.member for held in self.assignments if held.role == "deputy" and held.until_day is None]

    @property
    def kept_until_before(self) -> date | None:
        """The first day on which the file may be deleted; None while the case is open."""
        return kept_until_before(self.closed_on) if self.closed_on else None

    def give_to(self, member: str, day: date, by: str, note: str = "") -> None:
        """Make a colleague responsible from a day on. Who takes over stands in no longer; the history stays."""
        for held in self.assignments:
            if held.until_day is None and (held.role == "responsible" or held.member == member):
                held.until_day = day
        self.responsible = member
        self._assign(member, "responsible", day, by, note)

    def set_deputies(self, wanted: Sequence[str], day: date, by: str) -> None:
        now = self.deputies
        for held in self.assignments:
            if held.role == "deputy" and held.until_day is None and held.member not in wanted:
                held.until_day = day
        for member in dict.fromkeys(wanted):
            if member not in now:
                self._assign(member, "deputy", day, by)

    def _assign(self, member: str, role: str, day: date, by: str, note: str = "") -> None:
        self.assignments.append(Assignment(id=new_id(), member=member, role=role, from_day=day, until_day=None, assigned_by=by, note=note))

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.persons if person.id == person_id), None)


class Person(Base):
    """A member of the household (Person): own language, and as an adult own notes."""

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)  # 1: the person whose case it is
    name: Mapped[str] = mapped_column(line())
    birth_year: Mapped[int | None] = mapped_column(Integer)
    phone: Mapped[str] = mapped_column(line(50))
    language: Mapped[str] = mapped_column(identifier())  # ISO 639-3; empty: not asked
    needs_interpreter: Mapped[bool]
    added_on: Mapped[date]

    def is_adult(self, day: date) -> bool:
        """By the year alone, as the day of birth is not kept; unknown counts as adult, so that notes are kept apart in doubt."""
        return self.birth_year is None or day.year - self.birth_year >= ADULT_AT


class Assignment(Base):
    """Who was responsible for a case, or stood in for it, from when until when (Zuständigkeit, Vertretung)."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_case_id_role", "case_id", "role"),)

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    member: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(code())  # responsible, deputy
    from_day: Mapped[date]
    until_day: Mapped[date | None]  # first day without
    assigned_by: Mapped[str] = mapped_column(identifier())
    note: Mapped[str] = mapped_column(Text, default="")


class CaseChange(Base):
    """One version of a case: what happened to it, and how it stood afterwards. Written once; only who did it can be put right."""

    __tablename__ = "case_changes"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    change: Mapped[str] = mapped_column(code())  # opened, phase, manager, closed, reopened
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(code())
    phase: Mapped[str] = mapped_column(code())
    responsible: Mapped[str] = mapped_column(identifier())
    reason: Mapped[str | None] = mapped_column(code())  # of a closing
    actor: Mapped[str] = mapped_column(identifier())
    note: Mapped[str] = mapped_column(Text, default="")


def assigned_along(session: Session, case_id: str, role: str, day: date, earlier: str, by: str) -> None:
    """Who gave a case to somebody on a day, or named who stands in, was another person: the history says so too."""
    given = (Assignment.case_id == case_id, Assignment.role == role, Assignment.from_day == day, Assignment.assigned_by == earlier)
    session.execute(update(Assignment).where(*given).values(assigned_by=by))


def id_of_number(session: Session, number: str) -> str | None:
    """The id of the case with this number, whoever asks."""
    return session.scalars(select(Case.id).where(Case.number == number.strip())).one_or_none()


def case_facts(session: Session, act: Act, case: Case) -> CaseFacts:
    """What the actor has to do with a case on the day of the act."""
    me = act.actor.id
    protection = protection_of(session, case.id)
    covered = Case.responsible.in_(absent_covered_by(me, act.today))
    with_protected = Case.responsible.in_(absent_covered_by(me, act.today, with_protected=True))
    opened = emergency_of(session, case.id, me, act.at)
    asked = select(covered, with_protected, Case.responsible.in_(in_other_teams(me))).where(Case.id == case.id)
    covers, covers_protected, other_team = session.execute(asked).one()
    return CaseFacts(
        responsible=case.responsible == me,
        deputy=me in case.deputies,
        covers=bool(covers),
        covers_protected=bool(covers_protected),
        other_team=bool(other_team),
        emergency=opened is not None,
        because=opened.reason if opened else "",
        protected=protection is not None,
        about_oneself=protection is not None and protection.subject == me,
    )


def visible_cases(act: Act, action: str = "case.list") -> Select[Case]:
    """The cases with which the actor may do `action`: the answer of the table's lines for each of them, without what was opened in an
    emergency, which stands in no list.
    """
    query = select(Case)
    me = act.actor.id
    locked = Case.id.in_(protected_cases())
    ways = [and_(locked if protected else not_(locked), _by(act, ways_to(act.actor, action, protected=protected), protected=protected))
            for protected in (False, True)]  # fmt: skip
    return query.where(or_(*ways), Case.id.not_in(cases_about(me)))


def _by(act: Act, relations: frozenset[Relation], *, protected: bool) -> ColumnElement[bool]:
    if Relation.HOUSE in relations:
        return true()
    me = act.actor.id
    found: list[ColumnElement[bool]] = [false()]
    if Relation.OWN_CASE in relations:
        stands_in = select(Assignment.case_id).where(Assignment.member == me, Assignment.role == "deputy", Assignment.until_day.is_(None))
        covered = absent_covered_by(me, act.today, with_protected=protected)
        found += [Case.responsible == me, Case.id.in_(stands_in), Case.responsible.in_(covered)]
    if Relation.OWN_TEAM in relations:
        found.append(Case.responsible.not_in(in_other_teams(me)))
    return or_(*found)


def hidden_cases(act: Act) -> Select[str]:
    """The ids of the protected cases in no list of the actor's: nothing of the house shows them to this person."""
    return protected_cases().where(Protection.case_id.not_in(visible_cases(act).with_only_columns(Case.id)))


def list_cases(session: Session, act: Act, *, state: str | None = None, words: str = "", action: str = "case.list") -> Sequence[Case]:
    """The cases the actor may see, or do `action` with, newest first; `words` looks in numbers and names."""
    query = visible_cases(act, action)
    if state:
        query = query.where(Case.state == state)
    if words:
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        named = select(Person.case_id).where(Person.name.ilike(like, escape="\\"))
        query = query.where(or_(Case.number.ilike(like, escape="\\"), Case.id.in_(named)))
    return session.scalars(query.order_by(Case.number.desc())).all()


def cases_after(session: Session, act: Act, *, state: str | None, after: str | None, limit: int) -> tuple[Sequence[Case], str | None]:
    """The next `limit` cases the actor may see behind the number `after`, and the number to go on from."""
    query = visible_cases(act)
    if state:
        query = query.where(Case.state == state)
    return rows_after(session, query, Case.number, after=after, limit=limit)
