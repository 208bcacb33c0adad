"""Grants and what of them pays which post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_runtime.columns import FteColumn, MoneyColumn
from kim_runtime.refusal import NotFound
from sqlalchemy import ForeignKey, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_staffing.model.base import Base


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

    @property
    def total(self) -> Decimal:
        """Euro for the whole period: 12 posts at 57,000 are 684,000."""
        return self.fte * self.rate


class FundingLine(Base):
    """The share of a post that a grant pays (Förderzeile). One share is booked on one grant only (no double funding, § 9(4) TIntG)."""

    __tablename__ = "funding_line"

    grant_id: Mapped[str] = mapped_column(ForeignKey("funding_grant.id"), primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)
    share: Mapped[Decimal] = mapped_column(FteColumn)
    grant: Mapped[Grant] = relationship(lazy="joined")


def grant_by_id(session: Session, grant_id: str) -> Grant:
    grant = session.get(Grant, grant_id)
    if grant is None:
        raise NotFound("grant_unknown", "Diese Bewilligung gibt es hier nicht.", field="grant")
    return grant


def grants(session: Session) -> list[Grant]:
    return list(session.scalars(select(Grant).order_by(Grant.period_from, Grant.id)))


def funding_lines(session: Session, on: date | None = None) -> list[FundingLine]:
    """All funding lines, or those whose grant runs on a day."""
    query = select(FundingLine).join(Grant).order_by(Grant.period_from, FundingLine.post_id)
    if on is not None:
        query = query.where(Grant.period_from <= on, Grant.period_to >= on)
    return list(session.scalars(query))
