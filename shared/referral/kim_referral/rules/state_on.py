"""How a referral stood at the end of a day, from the days on which things happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kim_runtime.clock import local_day


def happened(at: datetime | date | None, day: date) -> bool:
    """Whether it had happened by the end of the day, at the desk (Europe/Berlin)."""
    if at is None:
        return False
    return (local_day(at) if isinstance(at, datetime) else at) <= day


def state_on(day: date, facts: Iterable[tuple[datetime | date | None, str]], *, at_first: str) -> str:
    """The first of `facts` that had happened by the end of the day, and `at_first` when none had.

    `facts` are pairs of when and which state it brought, what decides more before what decides less: a withdrawal before an answer.
    """
    return next((state for at, state in facts if happened(at, day)), at_first)
