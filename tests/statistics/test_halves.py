"""Of which days figures are given: whatever two periods are asked for, what lies between them is no day of one colleague."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_runtime.refusal import Refused
from kim_statistics.halves import Days, end_of, half_of, of_families, of_work, whole_halves

FIRST, LAST = date(2022, 1, 1), date(2022, 4, 30)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
ONE = timedelta(days=1)
Rota = dict[date, frozenset[str]]  # who counselled on each day


def on(text: str) -> date:
    return date.fromisoformat(f"2022-{text}")


@pytest.mark.parametrize(
    ("asked", "today", "whole"),
    [
        (("03-01", "08-15"), "12-31", ("03-01", "08-15")),
        (("03-01", "08-20"), "12-31", ("03-01", "08-15")),
        (("03-02", "08-31"), "12-31", ("03-16", "08-31")),
        (("02-17", "02-28"), "12-31", None),
        (("02-16", "02-28"), "12-31", ("02-16", "02-28")),
        (("05-10", "05-10"), "12-31", None),
        (("03-01", "08-31"), "08-14", ("03-01", "07-31")),
        (("03-01", "08-31"), "08-15", ("03-01", "08-15")),
        (("08-15", "03-01"), "12-31", None),
    ],
)
def test_a_period_is_cut_to_the_halves_of_months_that_lie_wholly_in_it(
    asked: tuple[str, str], today: str, whole: tuple[str, str] | None
) -> None:
    if whole is not None:
        assert whole_halves(on(asked[0]), on(asked[1]), on(today)) == (on(whole[0]), on(whole[1]))
        return
    with pytest.raises(Refused) as refused:
        whole_halves(on(asked[0]), on(asked[1]), on(today))
    assert refused.value.code == ("period_reversed" if asked[1] < asked[0] else "period_too_short")


@pytest.mark.parametrize("day", [date.min, date.max])
def test_at_the_ends_of_the_calendar_there_is_no_half_and_no_fault(day: date) -> None:
    with pytest.raises(Refused) as refused:
        whole_halves(day, day, on("12-31"))
    assert refused.value.code == "period_too_short"


PEOPLE = {half: frozenset(names) for half, names in ((on("03-01"), "abc"), (on("03-16"), "ab"), (on("04-01"), "a"), (on("04-16"), "abcd"))}


@pytest.mark.parametrize(
    ("rule", "asked", "told"),
    [
        (of_families, ("03-01", "04-30"), ("03-01", "04-30")),
        (of_families, ("03-01", "03-15"), None),  # the rest of March would be two people's
        (of_families, ("03-01", "04-15"), ("03-01", "03-31")),
        (of_families, ("03-16", "04-30"), ("04-01", "04-30")),
        (of_work, ("03-01", "04-30"), ("03-01", "04-30")),
        (of_work, ("03-01", "04-15"), ("03-01", "03-15")),  # until the middle of April the others are two
        (of_work, ("03-16", "04-30"), ("03-16", "04-30")),
        (of_work, ("04-01", "04-30"), None),
        (of_work, ("01-01", "02-28"), ("01-01", "02-28")),  # nobody did anything
    ],
)
def test_a_half_of_two_people_is_told_with_more_days(
    rule: Callable[..., Days | None], asked: tuple[str, str], told: tuple[str, str] | None
) -> None:
    found = rule((on(asked[0]), on(asked[1])), PEOPLE, on("12-31"), 0)
    assert found == (None if told is None else (on(told[0]), on(told[1])))


def test_on_its_last_day_a_half_is_told_once_three_people_worked_on_that_day() -> None:
    for rule in (of_families, of_work):
        for working, last in ((2, None), (3, on("03-15"))):
            found = rule((on("03-01"), on("03-15")), PEOPLE, on("03-15"), working)
            assert found == (None if last is None else (on("03-01"), last)), (rule, working)


ROTAS = st.lists(st.sets(st.sampled_from("abcd"), max_size=4), min_size=len(DAYS), max_size=len(DAYS)) | st.lists(
    st.sampled_from([set(), set(), set(), {"a"}, {"b"}, {"c"}, {"d"}]), min_size=len(DAYS), max_size=len(DAYS)
)


def by_half(rota: Rota, until: date) -> dict[date, frozenset[str]]:
    halves: dict[date, frozenset[str]] = {}
    for day, people in rota.items():
        if people and day <= until:
            halves[half_of(day)] = halves.get(half_of(day), frozenset()) | people
    return halves


def told(rule: Callable[..., Days | None], rota: Rota, today: date) -> set[Days]:
    """The days of every answer there is on a day, whatever pair of days is asked for: each is cut to whole halves."""
    starts = sorted({half_of(day) for day in DAYS if day <= today})
    answers, people = set(), by_half(rota, today)
    for first in starts:
        for last in starts:
            if first <= last and end_of(last) <= today:
                asked = whole_halves(first, end_of(last), today)
                answers.add(rule(asked, people, today, len(rota[today])))
    return answers - {None}


def between(answers: Iterable[Days]) -> list[Days]:
    """The smallest stretches of days that adding and subtracting these answers could ever tell: each answer leads from one edge of days to
    another, and what lies between two edges is told where answers lead from one to the other.
    """
    reached: dict[date, set[date]] = {}
    for first, last in answers:
        together = reached.get(first, {first}) | reached.get(last + ONE, {last + ONE})
        reached.update(dict.fromkeys(together, together))
    return [(first, following - ONE) for edges in map(sorted, reached.values()) for first, following in pairwise(edges)]


def workers_in(rota: Rota, days: Days) -> set[str]:
    return set().union(*(people for day, people in rota.items() if days[0] <= day <= days[1]))


def of_whole_months(days: Days) -> bool:
    return days[0].day == 1 and (days[1] + ONE).day == 1


@pytest.mark.slow  # many examples
@settings(max_examples=60)
@given(ROTAS, st.sampled_from([on("04-30"), on("04-15"), on("03-22")]))
def test_what_lies_between_any_two_answers_is_a_whole_month_or_the_work_of_three(found: list[set[str]], today: date) -> None:
    rota = {day: frozenset(people) for day, people in zip(DAYS, found, strict=True)}
    for days in between(told(of_families, rota, today)):
        assert of_whole_months(days) or len(workers_in(rota, days)) not in {1, 2}, days
    for days in between(told(of_work, rota, today)):
        assert len(workers_in(rota, days)) not in {1, 2}, days


@pytest.mark.slow
@settings(max_examples=40)
@given(ROTAS)
def test_how_people_worked_is_never_parted_by_what_is_told_later(found: list[set[str]]) -> None:
    """Answers kept from earlier days, and frozen reports, are subtracted too."""
    rota = {day: frozenset(people) for day, people in zip(DAYS, found, strict=True)}
    answers = set().union(*(told(of_work, rota, today) for today in (*(end_of(half_of(day)) for day in DAYS[::14]), on("03-22"), LAST)))
    for days in between(answers):
        assert len(workers_in(rota, days)) not in {1, 2}, days
