"""Of which days figures are given: of halves of months, from the 1st to the 15th and from the 16th to the last, and what is made of them.

Figures of any two days could be subtracted, down to one day, and on that day one colleague may have worked alone. Halves cannot be: the
council's report ends in the middle of a month and at its end. Where fewer than three people worked in a half, it is told with more days:

- **of families** (how many came, where from, what about): with the rest of its month (`of_families`)
- **of work** (how somebody counselled, handed over, noted): with as many halves before it as it takes until three people did it
  (`of_work`). These stretches are fixed by what was done before them, so that no later answer parts one that was told.

Whatever periods are asked for, the difference of two answers is made of whole halves, months or stretches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from kim_runtime.refusal import Refused

from kim_statistics.colleagues import is_a_group

Days = tuple[date, date]  # first and last day, both included
People = Mapping[date, frozenset[str]]  # who did it, by the first day of each half in which somebody did
_DAY = timedelta(days=1)


def half_of(day: date) -> date:
    """The first day of the half in which a day lies: 2022-08-01 of 2022-08-15, 2022-08-16 of 2022-08-31."""
    return day.replace(day=16 if day.day > 15 else 1)


def end_of(half: date) -> date:
    """The last day of the half that begins on this one."""
    return half.replace(day=15) if half.day == 1 else (half + 20 * _DAY).replace(day=1) - _DAY


def whole_halves(from_: date, to: date, today: date) -> Days:
    """First and last day of the halves that lie wholly within a period, and have begun their last day.

    `2022-03-01` to `2022-08-15` for 1 March to 20 August 2022. Raises Refused `period_reversed`, `period_too_short`.
    """
    if to < from_:
        raise Refused("period_reversed", "Der Zeitraum endet vor seinem Anfang.", "to")
    try:
        first = from_ if from_ == half_of(from_) else end_of(half_of(from_)) + _DAY
        last = half_of(min(to, today) + _DAY) - _DAY
    except OverflowError:  # before the first day there is, or after the last
        first, last = date.max, date.min
    if last < first:
        raise Refused(
            "period_too_short",
            "Zahlen gibt es für halbe und ganze Monate: vom 1. bis 15. und vom 16. bis zum letzten Tag."
            " In diesem Zeitraum liegt noch keiner ganz.",
            "to",
        )
    return first, last


def of_families(asked: Days, people: People, today: date, working_today: int) -> Days | None:
    """What may be told of a period (`whole_halves`) of those who came: whole months, and a half at its edge where three people and more
    worked in it and in the other half of its month, as far as that has passed; or nobody. None: nothing.
    """
    first, last = asked[0], _over(asked[1], today, working_today)
    if first.day == 16 and not _is_split(first, people, today):
        first = end_of(first) + _DAY
    if last.day == 15 and not _is_split(last, people, today):
        last = last.replace(day=1) - _DAY
    return (first, last) if first <= last else None


def of_work(asked: Days, people: People, today: date, working_today: int) -> Days | None:
    """What may be told of a period (`whole_halves`) of how people worked: the stretches in it in each of which three people and more did.

    All of it where nobody did anything. None: nothing.
    """
    first, last = asked[0], _over(asked[1], today, working_today)
    if last < first:
        return None
    worked = [half for half in sorted(people) if first <= half <= last]
    told = [stretch for stretch in stretches(people) if first <= stretch[0] and stretch[1] <= last]
    if not worked:
        return first, last
    if not told:
        return None
    begins, ends = told[0][0], told[-1][1]
    return (first if begins == worked[0] else begins), (last if worked[-1] <= ends else ends)


def stretches(people: People) -> Iterator[Days]:
    """The halves from the first on, each stretch just long enough that three people worked in it."""
    begins, so_far = None, frozenset[str]()
    for half in sorted(people):
        begins, so_far = begins or half, so_far | people[half]
        if is_a_group(len(so_far)):
            yield begins, end_of(half)
            begins, so_far = None, frozenset()


def as_told(days: Days | None) -> dict[str, str] | None:
    """Days as an answer says them: `{"from": "2022-03-01", "to": "2022-08-15"}`."""
    return {"from": days[0].isoformat(), "to": days[1].isoformat()} if days else None


def _over(last: date, today: date, working_today: int) -> date:
    """The last day, or the one before its half: who looks twice on a day that is not over sees one colleague work, unless it is three."""
    return last if last < today or is_a_group(working_today) else half_of(last) - _DAY


def _is_split(day: date, people: People, today: date) -> bool:
    """Whether the halves of the month in which a day lies are told by themselves: else one minus the month is the other."""
    begins = day.replace(day=1)
    second = begins.replace(day=16)
    told = [not people.get(half) or is_a_group(len(people[half])) for half in (begins, second)]
    return told[0] and (told[1] or today <= end_of(second))
