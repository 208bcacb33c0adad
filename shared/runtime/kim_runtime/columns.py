"""Column types that mean the same on PostgreSQL and SQLite.

SQLite sums decimals as floats and drops time zones, so money is kept as integer cents, shares of posts as integer hundredths, and
moments as UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """An amount in euro, rounded half up to whole cents."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


class _Hundredths(TypeDecorator[Decimal]):
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value * 100
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than two decimals: round it where the rule says how")
        return int(scaled)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)


class MoneyColumn(_Hundredths):
    """Euro as Decimal, kept as integer cents."""

    impl = BigInteger
    cache_ok = True  # SQLAlchemy asks each class for its own


class FteColumn(_Hundredths):
    """Full-time equivalents as Decimal (0.50), kept as integer hundredths."""

    impl = Integer
    cache_ok = True


class UtcColumn(TypeDecorator[datetime]):
    """A moment with a zone, kept and returned as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment is stored with its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
