"""No figure measures a single colleague: which parts of a period may be told of a place with one desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_statistics.colleagues import is_a_group, months_over

DAYS = st.dates(date(2021, 12, 1), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("period", "today", "over"),
    [
        (("2022-03-01", "2022-08-15"), "2023-01-02", ("2022-03-01", "2022-07-31")),
        (("2022-03-01", "2022-08-15"), "2022-08-01", ("2022-03-01", "2022-07-31")),
        (("2022-03-01", "2022-08-15"), "2022-07-31", ("2022-03-01", "2022-06-30")),
        (("2022-03-02", "2022-04-30"), "2022-05-10", ("2022-04-01", "2022-04-30")),
        (("2022-12-01", "2022-12-31"), "2023-01-01", ("2022-12-01", "2022-12-31")),
        (("2022-05-10", "2022-05-10"), "2023-01-02", None),
        (("2022-04-02", "2022-05-30"), "2023-01-02", None),
        (("2022-06-01", "2022-06-30"), "2022-05-10", None),
    ],
)
def test_whole_months_that_are_over_are_found(period: tuple[str, str], today: str, over: tuple[str, str] | None) -> None:
    found = months_over(*map(date.fromisoformat, period), date.fromisoformat(today))
    assert found == (None if over is None else tuple(map(date.fromisoformat, over)))


@given(DAYS, DAYS, DAYS)
def test_it_is_found_as_by_looking_at_each_day(from_: date, to: date, today: date) -> None:
    def whole_and_over(day: date) -> bool:
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return from_ <= first and last <= to and last < today

    days = [day for n in range((to - from_).days + 1) if whole_and_over(day := from_ + timedelta(days=n))]
    assert months_over(from_, to, today) == ((days[0], days[-1]) if days else None)


def test_two_are_not_a_group_and_three_are() -> None:
    assert [is_a_group(people) for people in (0, 1, 2, 3, 7)] == [False, False, False, True, True]
