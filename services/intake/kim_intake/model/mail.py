"""Whether what was said here is on its way: the desk goes on while the bus is away, and is told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kim_bus import tables
from sqlalchemy import func, select
from sqlalchemy.orm import Session

LATE_AFTER: Final = timedelta(minutes=2)


def is_late(session: Session, now: datetime) -> bool:
    """Whether something has been waiting to leave the house for more than two minutes of the delivery clock."""
    waiting = select(func.count()).select_from(tables.outbox)
    late = waiting.where(tables.outbox.c.published_at.is_(None), tables.outbox.c.created_at < now - LATE_AFTER)
    return bool(session.scalar(late))
