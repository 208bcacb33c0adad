"""The business clock: what day it is for the desk, the law and the pots. Injected, never read from the machine by a rule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was set."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock is set to a time with a zone")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at


class FileClock:
    """The demonstration's clock: all its processes read the time from one file, so the scenario can move through the year."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text(encoding="ascii").strip()).astimezone(UTC)

    @staticmethod
    def write(path: Path, at: datetime) -> None:
        """Put `at` into the file in one step, so that no reader finds half a time."""
        draft = path.with_suffix(".new")
        draft.write_text(at.astimezone(UTC).isoformat(), encoding="ascii")
        draft.replace(path)


def local_day(at: datetime) -> date:
    """The calendar day of a moment at the desk (Europe/Berlin)."""
    return at.astimezone(BERLIN).date()
