"""The columns of protections and emergencies, and one answer to which things are closed: for lists, single things and commands alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from kim_runtime.columns import UtcColumn
from sqlalchemy import Select, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column


class ProtectionColumns:
    """That a thing is protected, since when and why. `subject` is the colleague it is about, where it is about one.

    The mapped class adds the column with the id of its thing.
    """

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[date]
    protected_by: Mapped[str] = mapped_column(String(64))
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str | None] = mapped_column(String(64))
    lifted_because: Mapped[str] = mapped_column(String(500), default="")


class EmergencyColumns:
    """One opening of a thing by somebody it is otherwise closed to: who, why, until when.

    The mapped class adds the column with the id of its thing.
    """

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcColumn)
    ends_at: Mapped[datetime] = mapped_column(UtcColumn)


P = TypeVar("P", bound=ProtectionColumns)
E = TypeVar("E", bound=EmergencyColumns)
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Opened(Generic[Thing, E]):
    """A thing that somebody opened in an emergency, for those who must know."""

    thing: Thing
    access: E


@dataclass(frozen=True, slots=True)
class Locks(Generic[P, E]):
    """Both tables of a service. `thing` names the column that holds the id of its thing in each of them (`case_id`)."""

    protections: type[P]
    emergencies: type[E]
    thing: str

    def protected(self) -> Select[str]:
        """The ids of the things that are protected now."""
        return select(self._id(self.protections)).where(self.protections.lifted_on.is_(None))

    def about(self, actor: str) -> Select[str]:
        """Those that are about a colleague."""
        return self.protected().where(self.protections.subject == actor)

    def protected_by(self, actor: str) -> Select[str]:
        """Those that somebody closed."""
        return self.protected().where(self.protections.protected_by == actor)

    def protection_of(self, session: Session, thing_id: str) -> P | None:
        query = select(self.protections).where(self._id(self.protections) == thing_id, self.protections.lifted_on.is_(None))
        return session.scalars(query).first()

    def opened_in_emergency(self, actor: str, at: datetime) -> Select[str]:
        """The ids of the things somebody has open in an emergency at this moment."""
        return select(self._id(self.emergencies)).where(self.emergencies.actor == actor, self.emergencies.ends_at > at)

    def emergency_of(self, session: Session, thing_id: str, actor: str, at: datetime) -> E | None:
        """The last opening of a thing by somebody that still holds."""
        one = self.emergencies
        query = select(one).where(self._id(one) == thing_id, one.actor == actor, one.ends_at > at)
        return session.scalars(query.order_by(one.opened_at.desc(), one.id.desc()).limit(1)).first()

    def emergencies_since(self, session: Session, things: Select[str], since: datetime) -> Sequence[E]:
        """The openings of these things since a moment, the newest on top."""
        one = self.emergencies
        query = select(one).where(self._id(one).in_(things), one.opened_at >= since)
        return session.scalars(query.order_by(one.opened_at.desc(), one.id)).all()

    def _id(self, table: type[Any]) -> Any:
        return getattr(table, self.thing)
