"""A time of day as people type it, and the moment it is at the desk (Europe/Berlin)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from kim_events.fields import Day
from kim_runtime.clock import BERLIN
from marshmallow import ValidationError

_CLOCK = re.compile(r"^([01]?[0-9]|2[0-3])(?:[:.]?([0-5][0-9]))?(?: ?Uhr)?$")
_DAY_WITHOUT_YEAR = re.compile(r"^([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{2})?)?$")
_DAY_IN_DIGITS = re.compile(r"^(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])((?:19|20)[0-9]{2})$")


# What a form says of a day in the metadata of its field, as `lies`: it has been, or it is to come. Today is both.
BEHIND, AHEAD = "behind", "ahead"
CLEAR_FOR = timedelta(days=183)


def day_as_meant(typed: str, lies: str, today: date) -> str:
    """A day without its year, or with two figures of it, where the form knows where it lies: 3.5. as 03.05.2022; anything else as it is.

    The year is clear where the day lies on that side within this year, or less than half a year beyond its edge.
    """
    match = _DAY_WITHOUT_YEAR.match(typed)
    if match is None:
        return typed
    day, month, year = match.groups()
    over_the_edge = today.year + (1 if lies == AHEAD else -1)
    for candidate in (2000 + int(year),) if year else (today.year, over_the_edge):
        found = read_day(f"{day}.{month}.{candidate}")
        if found is None:
            continue
        far = found - today if lies == AHEAD else today - found
        if year or (far >= timedelta(0) and (candidate == today.year or far <= CLEAR_FOR)):
            return f"{found:%d.%m.%Y}"
    return typed


def german_day(typed: str) -> str:
    """15082022 as 15.08.2022; anything else as it is."""
    digits = _DAY_IN_DIGITS.match(typed)
    return ".".join(digits.groups()) if digits else typed


def read_day(typed: str) -> date | None:
    """15.8.2022, 15082022 or 2022-08-15; None for what is no day."""
    try:
        found: date = Day().deserialize(german_day(typed.strip()))
    except ValidationError:
        return None
    return found


def read_time(typed: str) -> time | None:
    """9:30, 09.30, 930, 9 or 9 Uhr; None for what is no time."""
    match = _CLOCK.match(typed.strip())
    return time(int(match[1]), int(match[2] or 0)) if match else None


def at_the_desk(day: date, clock: time) -> datetime:
    """The moment of a day's time at the desk."""
    return datetime.combine(day, clock, BERLIN)
