"""The people this house employs, and what they did before."""

from __future__ import annotations

from datetime import date

from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base


class Person(Base):
    """A member of the own staff (Beschäftigte_r). A carrier's staff is never a Person: only a headcount and a reference without a name.

    `staff` is the staff reference, a pseudonym: the only thing that leaves this service.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    earlier_jobs: Mapped[list[EarlierEmployment]] = relationship()


class EarlierEmployment(Base):
    """A job before, as answered at hiring. `employer` is the legal employer's id, `told` is what was said (an office, a year)."""

    __tablename__ = "earlier_employment"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    employer: Mapped[str] = mapped_column(String(40), primary_key=True)
    told: Mapped[str] = mapped_column(String(200))
    ended_on: Mapped[date | None]


def person_by_id(session: Session, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("person_unknown", "Diese Person gibt es hier nicht.", field="person")
    return person


def is_staff_taken(session: Session, staff: str) -> bool:
    return session.scalars(select(Person.id).where(Person.staff == staff)).first() is not None


def next_staff_reference(session: Session) -> str:
    """The next staff reference that is not taken: p-08."""
    number = (session.scalar(select(func.count()).select_from(Person)) or 0) + 1
    taken = set(session.scalars(select(Person.staff)))
    while f"p-{number:02}" in taken:
        number += 1
    return f"p-{number:02}"
