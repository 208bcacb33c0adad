"""Who sits on which post, with what share, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from kim_runtime.columns import FteColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, Integer, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.model.person import Person
from kim_staffing.model.post import Post
from kim_staffing.rules.fte import FAR, Share


class Occupancy(Base):
    """A share of a post held by somebody for a time (Besetzung).

    Own staff by `person_id`; a carrier's staff by `holder`, a reference without a name. `presence` is active or absent: who is absent keeps
    the claim to return and counts 0. `version` counts what casework was told of it.
    """

    __tablename__ = "occupancy"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    holder: Mapped[str] = mapped_column(String(64))
    share: Mapped[Decimal] = mapped_column(FteColumn)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    presence: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    post: Mapped[Post] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def active(self) -> bool:
        return self.presence == "active"

    @property
    def head(self) -> str:
        """One person, however many shares: what heads are counted by."""
        return self.person_id or self.holder

    def as_share(self) -> Share:
        return Share(self.share, self.starts_on, self.ends_on, self.active)

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= (self.ends_on or FAR)


def occupancy_by_id(session: Session, occupancy_id: str) -> Occupancy:
    occupancy = session.get(Occupancy, occupancy_id)
    if occupancy is None:
        raise NotFound("occupancy_unknown", "Diese Besetzung gibt es hier nicht.", field="occupancy")
    return occupancy


def occupancy_for_update(session: Session, occupancy_id: str) -> Occupancy:
    """The occupancy under its row lock: its version counts up under it."""
    return locked(session, Occupancy, occupancy_id) or occupancy_by_id(session, occupancy_id)


def occupancies(session: Session, post_ids: Iterable[str] | None = None) -> list[Occupancy]:
    """All occupancies, or those of some posts, in the order of their beginning."""
    query = select(Occupancy).order_by(Occupancy.post_id, Occupancy.starts_on, Occupancy.id)
    if post_ids is not None:
        query = query.where(Occupancy.post_id.in_(list(post_ids)))
    return list(session.scalars(query))


def return_from(absent: Occupancy, held: Iterable[Occupancy]) -> Occupancy | None:
    """Of those who hold the post, the occupancy by which the absent one is back on the day after; None: no return is entered."""
    if absent.active or absent.ends_on is None:
        return None
    day = absent.ends_on + timedelta(days=1)
    return next((one for one in held if one.active and one.head == absent.head and one.starts_on == day), None)


def occupancies_of(session: Session, person_id: str, on: date | None = None) -> list[Occupancy]:
    """What a person holds or held; with a day, only what is held then."""
    query = select(Occupancy).where(Occupancy.person_id == person_id).order_by(Occupancy.starts_on, Occupancy.id)
    if on is not None:
        query = query.where(Occupancy.starts_on <= on, or_(Occupancy.ends_on.is_(None), Occupancy.ends_on >= on))
    return list(session.scalars(query))
