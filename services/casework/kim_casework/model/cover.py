"""Who stands in for whom, from a day to a day (Vertretung auf Zeit)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kim_runtime.act import Act
from kim_runtime.policy import Relation
from sqlalchemy import ColumnElement, ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, identifier, line
from kim_casework.model.team import in_other_teams
from kim_casework.rules.permissions import ways_to


class Cover(Base):
    """A colleague who stands in for an absent one in all their cases. Both days count; one that was ended holds no more from then on."""

    __tablename__ = "covers"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    absent: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    cover: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    from_day: Mapped[date]
    until_day: Mapped[date]
    with_protected: Mapped[bool]
    reason: Mapped[str] = mapped_column(line())
    given_by: Mapped[str] = mapped_column(identifier())
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(identifier())


def absent_covered_by(member: str, day: date, *, with_protected: bool = False) -> Select[str]:
    """The ids of those a colleague stands in for on a day; only covers that reach protected cases, if asked so."""
    query = select(Cover.absent).where(Cover.cover == member, *_holds_on(day))
    return query.where(Cover.with_protected) if with_protected else query


def covers_by(session: Session, member: str, day: date) -> Sequence[Cover]:
    """For whom a colleague stands in on the day, the first to end on top."""
    return session.scalars(select(Cover).where(Cover.cover == member, *_holds_on(day)).order_by(Cover.until_day, Cover.absent)).all()


def covers_of(session: Session, member: str, day: date) -> Sequence[Cover]:
    """Who stands in for a colleague on the day."""
    return session.scalars(select(Cover).where(Cover.absent == member, *_holds_on(day)).order_by(Cover.until_day, Cover.cover)).all()


def covers_to_come(session: Session, act: Act) -> Sequence[Cover]:
    """Those that hold today or later and that the actor may see, the next to begin on top: the answer of the table's lines for each."""
    if Relation.OWN_TEAM not in ways_to(act.actor, "cover.see", protected=False):
        return []
    query = select(Cover).where(Cover.until_day >= act.today, Cover.ended_at.is_(None), Cover.absent.not_in(in_other_teams(act.actor.id)))
    return session.scalars(query.order_by(Cover.from_day, Cover.until_day, Cover.id)).all()


def covers_overlapping(session: Session, absent: str, cover: str, first: date, last: date) -> Sequence[Cover]:
    """The covers of this pair that share a day with these."""
    query = select(Cover).where(
        Cover.absent == absent, Cover.cover == cover, Cover.from_day <= last, Cover.until_day >= first, Cover.ended_at.is_(None)
    )
    return session.scalars(query.order_by(Cover.from_day)).all()


def _holds_on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Cover.from_day <= day, Cover.until_day >= day, Cover.ended_at.is_(None))
