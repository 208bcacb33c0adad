"""Counts of one or two people never leave the house, neither told nor by subtraction."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from kim_statistics.figures import Figure, suppress


def breakdown(*counts: int, by: str = "town", name: str = "cases") -> list[Figure]:
    return [Figure(name, by, f"{by}-{number}", count) for number, count in enumerate(counts)]


def told(*counts: int) -> list[int | Decimal | None]:
    """A total with one breakdown, as it leaves the house: the total first."""
    return [figure.value for figure in suppress([Figure("cases", value=sum(counts)), *breakdown(*counts)])]


def test_a_count_of_one_or_two_is_withheld_and_zero_is_told() -> None:
    assert [figure.value for figure in suppress(breakdown(0, 1, 2, 3))] == [0, None, None, 3]


def test_a_single_small_cell_takes_the_smallest_other_along_when_the_total_is_told() -> None:
    assert told(2, 9, 5, 0) == [16, None, 9, None, 0]


def test_two_cells_of_one_would_be_known_from_their_sum() -> None:
    assert told(1, 1, 8) == [10, None, None, None]


def test_two_small_cells_with_three_between_them_are_enough() -> None:
    assert told(1, 2, 8) == [11, None, None, 8]


def test_three_cells_of_one_would_be_known_from_their_sum() -> None:
    assert told(1, 1, 1) == [None, None, None, None]


def test_a_small_cell_alone_hides_the_total() -> None:
    assert told(2, 0) == [None, None, 0]


def test_a_hidden_total_cannot_be_added_up_from_another_breakdown() -> None:
    figures = [Figure("cases", value=2), *breakdown(2, 0), *breakdown(1, 1, by="phase")]
    assert [figure.value for figure in suppress(figures)] == [None, None, 0, None, None]


def test_cells_that_do_not_add_up_hide_only_themselves() -> None:
    """A consultation has several topics: the total minus the told cells says nothing."""
    figures = [Figure("consultations", value=10), *breakdown(2, 9, 7, name="consultations", by="topic")]
    assert [figure.value for figure in suppress(figures)] == [10, None, 9, 7]


def test_euro_and_fte_are_told_as_they_are() -> None:
    assert suppress([Figure("fte", value=Decimal("0.50")), Figure("spent", value=Decimal("2.00"))])[0].value == Decimal("0.50")


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_no_small_count_can_be_worked_out_from_what_is_told(counts: list[int]) -> None:
    total, *cells = told(*counts)
    assert all(value is None or value == 0 or value >= 3 for value in (total, *cells))
    hidden = [count for count, value in zip(counts, cells, strict=True) if value is None]
    if total is None or not hidden:
        return
    rest = sum(hidden)
    readings = [guess for guess in product(range(1, rest + 1), repeat=len(hidden)) if sum(guess) == rest]
    assert all(len({reading[place] for reading in readings}) > 1 for place in range(len(hidden)))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_what_is_told_is_true(counts: list[int]) -> None:
    total, *cells = told(*counts)
    assert total in {None, sum(counts)}
    assert all(value is None or value == count for value, count in zip(cells, counts, strict=True))
