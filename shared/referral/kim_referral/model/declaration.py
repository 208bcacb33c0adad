"""The columns of what a person declares and may sign, and how rows of it are found, alike for consents and releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar, TypeVar

from kim_runtime.columns import UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column


def same_name(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


class Declared:
    """What a person declared (Erklärung): about what, towards whom, in which form, who gave it, from when to when, and its revocation.

    `about_kind` and `about_id` name the thing of the mounting service it belongs to ("case", "consultation", "visitor"). `person` is what
    this service calls the person; it never leaves it. `recipients` are organisation ids, `valid_to` is the last day. `age` on the day it
    was given is asked of the young alone, for who may give it. `revoked_at` is when it was said, `revocation_recorded_at`
    when it was written down.
    """

    unknown: ClassVar[Callable[[], NotFound]]  # what is said of one that does not exist, or not for who asks

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[str] = mapped_column(String(64), index=True)
    person: Mapped[str] = mapped_column(String(200))
    recipients: Mapped[list[str]] = mapped_column(JSON)
    form: Mapped[str] = mapped_column(String(20))
    signed: Mapped[bool]
    kept_at: Mapped[str] = mapped_column(String(200))
    age: Mapped[int | None]
    given_by: Mapped[str] = mapped_column(String(20))
    giver_name: Mapped[str] = mapped_column(String(200))
    given_on: Mapped[date]
    valid_to: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcColumn)
    recorded_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    revoked_by: Mapped[str | None] = mapped_column(String(20))
    revoked_how: Mapped[str | None] = mapped_column(String(20))
    revocation_recorded_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    revocation_recorded_by: Mapped[str | None] = mapped_column(String(64))

    def is_of(self, person: str) -> bool:
        """Whether this person gave it, however they were capitalised."""
        return same_name(self.person, person)


Row = TypeVar("Row", bound=Declared)


def declared_about(session: Session, kind: type[Row], about_kind: str, about_id: str) -> list[Row]:
    """The consents or releases about one case, consultation or visitor, the newest first."""
    query = select(kind).where(kind.about_kind == about_kind, kind.about_id == about_id)
    return list(session.scalars(query.order_by(kind.given_on.desc(), kind.id.desc())))


def for_update(session: Session, kind: type[Row], row_id: str) -> Row | None:
    """The row under its lock: a disclosure and a revocation of what it rests on happen one after the other."""
    return locked(session, kind, row_id)
