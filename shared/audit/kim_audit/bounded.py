"""Rows that anybody outside can cause, without a name or a session, are written only so often: nobody may fill the table."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

MINUTE = 60.0


class AtMost:
    """So many a minute, in this process. What is left out is counted, and the next row says how much it was."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._lock = Lock()
        self._began = clock()
        self._written = self._left_out = 0

    def take(self) -> int | None:
        """Whether a row may be written now: how many were left out since the last one, or None: not now."""
        with self._lock:
            if self._clock() - self._began >= MINUTE:
                self._began, self._written = self._clock(), 0
            if self._written >= self._most:
                self._left_out += 1
                return None
            self._written += 1
            left_out, self._left_out = self._left_out, 0
            return left_out


def with_left_out(reason: str, left_out: int) -> str:
    """The reason of a row, with how many like it were left out before."""
    return f"{reason}; {left_out} more before were not written" if left_out else reason
