"""Who may be given cases on a day (Einsetzbarkeit), as staffing has told it.

Staffing tells spans: a member of staff may be given cases from a day to a day. Several may follow or overlap each other. A house that was
told nothing (no spans at all) leaves the choice to its people, and so does one for colleagues staffing has no name for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """One span: first and last day inclusive (last None: no end known)."""

    staff: str
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def assignable_on(spans: Iterable[Span], staff: str | None, day: date) -> bool:
    """Whether this member of staff may be given cases on the day."""
    return any(span.staff == staff and span.covers(day) for span in spans)


def first_day_without(spans: Sequence[Span], staff: str | None, day: date, ahead: timedelta) -> date | None:
    """The first day from `day` to `day + ahead` on which this member of staff may not be given cases; None: there is none.

    Only the day itself and the days after an end can be the first, so no calendar is walked.
    """
    ends = {span.last + timedelta(days=1) for span in spans if span.staff == staff and span.last is not None}
    for candidate in sorted({day} | {end for end in ends if day < end <= day + ahead}):
        if not assignable_on(spans, staff, candidate):
            return candidate
    return None
