"""Months reported from here, and months that partners reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kim_runtime.columns import UtcColumn
from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class ReportedMonth(Base):
    """A month this service has told the organisation that composes the common report. `figures` is what was last told."""

    __tablename__ = "statistics_reported"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reported_at: Mapped[datetime] = mapped_column(UtcColumn)


class PartnerStatistics(Base):
    """A partner's month as it last told it: `figures` are `{name, by, key, value}`, value as decimal text, None when suppressed."""

    __tablename__ = "statistics_partner"

    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    suppressed_below: Mapped[int] = mapped_column(Integer)
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reported_at: Mapped[datetime] = mapped_column(UtcColumn)


metadata = Base.metadata
