"""Long lists in parts: each begins behind the row at which the last one ended, so that rows that come meanwhile shift nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")


def rows_after(
    session: Session, query: Select[Row], by: InstrumentedAttribute[Any], *, after: str | None, limit: int
) -> tuple[Sequence[Row], str | None]:
    """The next `limit` rows of `query` behind `after` in the order of the unique column `by`, and where to go on from; None at the end."""
    query = query.order_by(by).limit(limit + 1)
    if after:
        query = query.where(by > after)
    found = session.scalars(query).unique().all()
    return found[:limit], getattr(found[limit - 1], by.key) if len(found) > limit else None
