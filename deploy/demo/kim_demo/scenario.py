"""The scenario file: what the StädteRegion Aachen stated of 2022, and what is made up around it."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kim_runtime.clock import BERLIN

SCENARIO_FILE = Path(__file__).with_name("aachen-2022.toml")
BEGIN = date(2022, 3, 1)
FIRST_REPORT = date(2022, 8, 15)
LAST_DAY = date(2023, 1, 2)
COORDINATOR = "staedteregion-aachen"

Scenario = dict[str, Any]


def load(path: Path = SCENARIO_FILE) -> Scenario:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def at(day: date, clock: str = "09:00") -> datetime:
    """A moment of the scenario, by the clock on the wall in Aachen."""
    return datetime.combine(day, time.fromisoformat(clock), BERLIN)


def report_written_at(day: date) -> datetime:
    """When the report up to a day is written: the day is over, of which there are figures (`kim_statistics.halves`). The last
    day is the last moment of the story.
    """
    return at(day, "23:00") if day == LAST_DAY else at(day + timedelta(days=1), "06:00")
