"""Counting by the minute in the database of the service, so that all its processes count together.

No ordinary request pays for it with a write: what is rare is counted one by one, what is frequent in steps, and where a process has seen
that a minute is full it asks no more until the next.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from kim_runtime.database import Database
from sqlalchemy import text
from sqlalchemy.orm import Session as Rows

MINUTE = 60
STEPS = 10  # a frequent thing is written down so often in a minute that is just full
# One statement, so that two at the same moment are both counted; a clock that is behind counts into the later minute.
COUNT = text(
    "INSERT INTO kim_counted (what, minute, taken) VALUES (:what, :minute, :more) ON CONFLICT (what) DO UPDATE SET"
    " taken = CASE WHEN kim_counted.minute < excluded.minute THEN excluded.taken ELSE kim_counted.taken + excluded.taken END,"
    " minute = CASE WHEN kim_counted.minute < excluded.minute THEN excluded.minute ELSE kim_counted.minute END"
    " RETURNING taken"
)
FORGET = text("DELETE FROM kim_counted WHERE minute < :minute")


def count(database: Database, what: str, minute: int, more: int = 1) -> int:
    """Count so many more of it in a minute (since 1970). Returns how many there are in it now, in all processes."""
    with database.write() as rows:
        return int(rows.execute(COUNT, {"what": what, "minute": minute, "more": more}).scalar_one())


def sweep(rows: Rows, now: float) -> None:
    """Delete what was counted in minutes that are over."""
    rows.execute(FORGET, {"minute": int(now // MINUTE) - 1})


class AtMost:
    """Rows that anybody outside can cause, so many a minute: nobody may fill a table.

    What is left out is counted, and the next row says how much it was; each process says it of its own.
    """

    def __init__(self, what: str, a_minute: int, clock: Callable[[], float] = time.time) -> None:
        self._what, self._most, self._clock = what, a_minute, clock
        self._lock = Lock()
        self._full = self._left_out = 0

    def take(self, database: Database) -> int | None:
        """Whether a row may be written now: how many were left out since the last one, or None: not now."""
        minute = int(self._clock() // MINUTE)
        if self._full != minute:
            taken = count(database, self._what, minute)
            with self._lock:
                if taken <= self._most:
                    left_out, self._left_out = self._left_out, 0
                    return left_out
                self._full = minute
        with self._lock:
            self._left_out += 1
        return None


class Pace:
    """How many requests one person or program may make in a minute.

    Each process counts for itself and writes it down in steps of a tenth; so a few processes together let through at most a step more each.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.time) -> None:
        self._most, self._step, self._clock = a_minute, max(1, a_minute // STEPS), clock
        self._lock = Lock()
        self._minute = 0
        self._own: Counter[str] = Counter()
        self._over: set[str] = set()

    def must_wait(self, database: Database, who: str) -> int:
        """Count a request. Returns the seconds until its maker may come again; 0: it may be answered."""
        if not self._most:
            return 0
        now = self._clock()
        minute = int(now // MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._own.clear()
                self._over.clear()
            if who in self._over:
                return MINUTE - int(now % MINUTE)
            self._own[who] += 1
            if self._own[who] % self._step:
                return 0
        if count(database, f"requests of {who}", minute, self._step) >= self._most:
            with self._lock:
                self._over.add(who)
        return 0
