"""Working days of one employer: public holidays of North Rhine-Westphalia and the days its house is closed.

A fixed term that ends on a Saturday, with the house closed before it, ends for the office days earlier: 31 December 2022 is a Saturday,
the last working day was Thursday 22 December, the next one Monday 2 January.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import holidays

LAND = "NW"
HOLIDAYS = holidays.country_holidays("DE", subdiv=LAND)  # fills itself year by year as it is asked
SATURDAY = 5


class WorkingDays:
    """The working-day calendar of an employer. `closed`: (first, last) day of each time its house is closed."""

    def __init__(self, closed: Iterable[tuple[date, date]] = ()) -> None:
        self._closed = tuple(closed)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in HOLIDAYS and not any(first <= day <= last for first, last in self._closed)

    def on_or_before(self, day: date) -> date:
        """The working day on or before a day: reminders roll back, never forward."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date) -> date:
        """The first working day after a day."""
        return self.on_or_after(day + timedelta(days=1))

    def count(self, after: date, until: date) -> int:
        """How many working days lie after one day, up to and with another."""
        return sum(self.is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))
