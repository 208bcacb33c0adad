"""Who did some work, half month by half month: what says whether a figure of it is told (`kim_statistics.halves`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, case, extract, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kim_statistics.halves import Days, People, of_families, of_work


@dataclass(frozen=True, slots=True)
class Workers:
    """`by_half`: ids of who did it, by the first day of each half in which somebody did; `working_today`: how many did it on `today`."""

    today: date
    by_half: People = field(default_factory=dict)
    working_today: int = 0

    def worked_in(self, days: Days) -> bool:
        return any(days[0] <= half <= days[1] for half in self.by_half)

    def told_of_families(self, asked: Days) -> Days | None:
        return of_families(asked, self.by_half, self.today, self.working_today)

    def told_of_work(self, asked: Days) -> Days | None:
        return of_work(asked, self.by_half, self.today, self.working_today)


def workers(session: Session, day: InstrumentedAttribute[date], person: InstrumentedAttribute[Any], today: date) -> Workers:
    """Of all rows until today; `day` and `person` are their columns of when it was done and who did it."""
    return workers_by(session, literal("", String), day, person, today).get("", Workers(today))


def workers_by(
    session: Session, group: Any, day: InstrumentedAttribute[date], person: InstrumentedAttribute[Any], today: date
) -> dict[str, Workers]:
    """The same by the values of a column: of the counselling services."""
    half = case((extract("day", day) > 15, 16), else_=1)
    rows = select(group, extract("year", day), extract("month", day), half, person).where(day <= today).distinct()
    by_half: dict[str, dict[date, set[str]]] = {}
    for of, year, month, begins, who in session.execute(rows):
        by_half.setdefault(of, {}).setdefault(date(int(year), int(month), int(begins)), set()).add(who)
    working = Counter(session.scalars(select(group, person).where(day == today).distinct()))
    return {of: Workers(today, {half: frozenset(people) for half, people in halves.items()}, working[of]) for of, halves in by_half.items()}
