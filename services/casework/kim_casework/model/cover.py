"""Who stands in for whom, from a day to a day (Vertretung auf Zeit)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_casework.model.base import Base, identifier, line


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


def covers_from(session: Session, day: date) -> Sequence[Cover]:
    """All that hold on the day or later, the next to begin on top."""
    query = select(Cover).where(Cover.until_day >= day, Cover.ended_at.is_(None)).order_by(Cover.from_day, Cover.until_day, Cover.id)
    return session.scalars(query).all()


def covers_overlapping(session: Session, absent: str, cover: str, first: date, last: date) -> Sequence[Cover]:
    """The covers of this pair that share a day with these."""
    query = select(Cover).where(
        Cover.absent == absent, Cover.cover == cover, Cover.from_day <= last, Cover.until_day >= first, Cover.ended_at.is_(None)
    )
    return session.scalars(query.order_by(Cover.from_day)).all()


def _holds_on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Cover.from_day <= day, Cover.until_day >= day, Cover.ended_at.is_(None))
