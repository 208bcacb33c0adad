"""Grants and what of them pays which post."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from kim_runtime.columns import FteColumn, MoneyColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base
from kim_staffing.model.post import Post, posts


class Grant(Base):
    """Money for posts of one Baustein and period (Bewilligung), by its notice.

    `rate` is euro per full-time equivalent and year. `vacancy_rule` is how the notice treats empty posts, `rule_source` where it says so.
    """

    __tablename__ = "funding_grant"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    baustein: Mapped[int] = mapped_column(Integer)
    notice_dated: Mapped[date | None]
    period_from: Mapped[date]
    period_to: Mapped[date]
    fte: Mapped[Decimal] = mapped_column(FteColumn)
    rate: Mapped[Decimal] = mapped_column(MoneyColumn)
    vacancy_rule: Mapped[str] = mapped_column(String(20))
    rule_source: Mapped[str] = mapped_column(Text)
    posts_changes: Mapped[list[GrantPostsChange]] = relationship(order_by="GrantPostsChange.at")

    @property
    def total(self) -> Decimal:
        """Euro for the whole period: 12 posts at 57,000 are 684,000."""
        return self.fte * self.rate

    def runs_within(self, other: Grant) -> bool:
        """Whether any day of its period is one of the other's too."""
        return self.period_from <= other.period_to and self.period_to >= other.period_from


class FundingLine(Base):
    """The share of a post that a grant pays (Förderzeile). One share is booked on one grant only (no double funding, § 9(4) TIntG)."""

    __tablename__ = "funding_line"

    grant_id: Mapped[str] = mapped_column(ForeignKey("funding_grant.id"), primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)
    share: Mapped[Decimal] = mapped_column(FteColumn)
    grant: Mapped[Grant] = relationship(lazy="joined")


class GrantPostsChange(Base):
    """The posts a grant pays were changed: the numbers of those that came in and of those that went out, by whom, and by which document."""

    __tablename__ = "grant_posts_change"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("funding_grant.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcColumn)
    by: Mapped[str] = mapped_column(String(80))
    added: Mapped[str] = mapped_column(Text)
    removed: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(200))


def grant_by_id(session: Session, grant_id: str) -> Grant:
    grant = session.get(Grant, grant_id)
    if grant is None:
        raise NotFound("grant_unknown", "Diese Bewilligung gibt es hier nicht.", field="grant")
    return grant


def grant_for_update(session: Session, grant_id: str) -> Grant:
    """The grant under its row lock: two changes of its posts come one after the other."""
    return locked(session, Grant, grant_id) or grant_by_id(session, grant_id)


def grants(session: Session) -> list[Grant]:
    return list(session.scalars(select(Grant).order_by(Grant.period_from, Grant.id)))


def funding_lines(session: Session, on: date | None = None) -> list[FundingLine]:
    """All funding lines, or those whose grant runs on a day."""
    query = select(FundingLine).join(Grant).order_by(Grant.period_from, FundingLine.post_id)
    if on is not None:
        query = query.where(Grant.period_from <= on, Grant.period_to >= on)
    return list(session.scalars(query))


def grants_paying(session: Session, post_ids: Collection[str], first: date, last: date) -> list[Grant]:
    """The grants that pay one of these posts on a day of a time, by the beginning of their periods."""
    query = select(Grant).where(Grant.id.in_(select(FundingLine.grant_id).where(FundingLine.post_id.in_(post_ids))))
    return list(session.scalars(query.where(Grant.period_from <= last, Grant.period_to >= first).order_by(Grant.period_from, Grant.id)))


def lines_of(session: Session, grant_id: str) -> list[FundingLine]:
    return list(session.scalars(select(FundingLine).where(FundingLine.grant_id == grant_id).order_by(FundingLine.post_id)))


def payable_posts(session: Session, grant: Grant) -> tuple[list[Post], list[tuple[Post, Grant]]]:
    """The posts of a grant's Baustein that it pays or could pay, and those another one pays in its time, each with that one."""
    others = {line.post_id: line.grant for line in funding_lines(session) if line.grant_id != grant.id and line.grant.runs_within(grant)}
    own = [post for post in posts(session) if post.baustein == grant.baustein]
    return [post for post in own if post.id not in others], [(post, others[post.id]) for post in own if post.id in others]
