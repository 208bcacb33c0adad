"""The tariff: every worked example of the law's table, and what must hold for any minutes and keystrokes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_interpreting.rules.formula import spelled
from kim_interpreting.rules.tariff import (
    LAY_TARIFFS,
    billed_hours,
    billed_lines,
    cancellation_fee,
    fee_starts_on,
    interpreting,
    jveg_on,
    lay_interpreting,
    translation,
)

IN_2022, IN_2025 = date(2022, 11, 21), date(2025, 6, 1)


@pytest.mark.parametrize(
    ("minutes", "day", "gross"),
    [
        (30, IN_2025, "46.50"),
        (31, IN_2025, "93.00"),
        (61, IN_2025, "139.50"),
        (130, IN_2022, "212.50"),
        (60, IN_2022, "85.00"),
        (60, date(2025, 5, 31), "85.00"),
    ],
)
def test_the_last_commenced_hour_counts_half_up_to_thirty_minutes(minutes: int, day: date, gross: str) -> None:
    assert interpreting(minutes, day, small_business=True).gross == Decimal(gross)


@pytest.mark.parametrize(
    ("keystrokes", "day", "editable", "lines", "net"),
    [
        (1234, IN_2025, True, 23, "44.85"),
        (300, IN_2025, True, 6, "20.00"),
        (300, IN_2022, True, 6, "20.00"),
        (4180, IN_2022, False, 76, "148.20"),
        (4015, IN_2022, False, 73, "142.35"),
        (660, IN_2022, True, 12, "21.60"),
        (55, IN_2022, True, 1, "20.00"),
        (56, IN_2022, True, 2, "20.00"),
    ],
)
def test_each_commenced_line_counts_and_an_order_costs_at_least_the_minimum(
    keystrokes: int, day: date, editable: bool, lines: int, net: str
) -> None:
    cost = translation(keystrokes, day, editable=editable, difficult=False, small_business=True)
    assert (cost.units, cost.net) == (lines, Decimal(net))


@pytest.mark.parametrize(
    ("editable", "difficult", "rate"), [(True, False, "1.80"), (False, False, "1.95"), (True, True, "1.95"), (False, True, "2.10")]
)
def test_a_line_costs_more_when_the_text_is_not_editable_or_difficult(editable: bool, difficult: bool, rate: str) -> None:
    assert translation(5500, IN_2022, editable=editable, difficult=difficult, small_business=False).rate == Decimal(rate)


@pytest.mark.parametrize(("hours", "vat"), [(90, "24.23"), (60, "16.15")])
def test_value_added_tax_is_rounded_half_up_once(hours: int, vat: str) -> None:
    assert interpreting(hours, IN_2022, small_business=False).vat == Decimal(vat)  # 127.50 × 19 % = 24.225


@pytest.mark.parametrize(
    ("tariff", "minutes", "price"),
    [
        ("lay-heinsberg", 120, "25.00"),
        ("lay-heinsberg", 121, "35.00"),
        ("lay-rhein-erft", 60, "25.00"),
        ("lay-rhein-erft", 61, "30.00"),
        ("lay-rhein-erft", 91, "35.00"),
        ("lay-borken", 30, "7.50"),
        ("lay-borken", 31, "15.00"),
    ],
)
def test_a_lay_pool_has_its_own_tariff(tariff: str, minutes: int, price: str) -> None:
    assert lay_interpreting(minutes, LAY_TARIFFS[tariff]).gross == Decimal(price)


def test_the_tariff_is_that_of_the_day_of_the_order() -> None:
    assert jveg_on(date(2025, 5, 31)).id == "jveg-2021"
    assert jveg_on(date(2025, 6, 1)).id == "jveg-2025"


@pytest.mark.parametrize(
    ("cancelled_on", "income_lost", "fee"),
    [
        (date(2022, 11, 21), True, "0.00"),
        (date(2022, 11, 22), True, "170.00"),
        (date(2022, 11, 24), True, "170.00"),
        (date(2022, 11, 22), False, "0.00"),
    ],
)
def test_cancelling_costs_up_to_two_hours_from_two_days_before_and_only_with_lost_income(
    cancelled_on: date, income_lost: bool, fee: str
) -> None:
    job = interpreting(130, IN_2022, small_business=True)
    assert cancellation_fee(job, date(2022, 11, 24), cancelled_on, income_lost=income_lost) == Decimal(fee)


def test_cancelling_never_costs_more_than_the_job_and_nothing_for_a_text() -> None:
    day = date(2022, 11, 24)
    assert cancellation_fee(interpreting(45, IN_2022, small_business=True), day, day, income_lost=True) == Decimal("85.00")
    text = translation(4180, IN_2022, editable=True, difficult=False, small_business=True)
    assert cancellation_fee(text, day, day, income_lost=True) == 0
    assert fee_starts_on(day) == date(2022, 11, 22)


def test_a_formula_reads_as_a_clerk_would_write_it() -> None:
    assert spelled(interpreting(130, IN_2022, small_business=True)) == "2,5 h × 85,00 = 212,50"
    assert spelled(interpreting(90, IN_2022, small_business=False), "en") == "1.5 h × 85.00 = 127.50 + 24.23 VAT = 151.73"
    assert spelled(lay_interpreting(130, LAY_TARIFFS["lay-heinsberg"])) == "Grundbetrag 25,00 + 1 weiterer Schritt × 10,00 = 35,00"
    assert spelled(translation(60000, IN_2022, editable=True, difficult=False, small_business=True)) == "1.091 Zeilen × 1,80 = 1.963,80"


@given(st.integers(1, 5000))
def test_billed_hours_cover_the_minutes_in_half_hours_and_exceed_them_by_less_than_half_an_hour(minutes: int) -> None:
    hours = billed_hours(minutes)
    assert hours * 2 == int(hours * 2)
    assert hours * 60 >= minutes
    assert hours * 60 - minutes < 30


@given(st.integers(1, 2_000_000))
def test_billed_lines_are_the_fewest_that_hold_the_text(keystrokes: int) -> None:
    lines = billed_lines(keystrokes)
    assert (lines - 1) * 55 < keystrokes <= lines * 55


@given(st.integers(1, 5000), st.booleans())
def test_gross_is_net_plus_tax_in_whole_cents(minutes: int, small_business: bool) -> None:
    cost = interpreting(minutes, IN_2022, small_business=small_business)
    assert cost.gross == cost.net + cost.vat
    assert cost.gross.as_tuple().exponent == -2
    assert abs(cost.vat - cost.net * cost.vat_rate) <= Decimal("0.005")


@pytest.mark.parametrize("nothing", [0, -5])
def test_no_minutes_and_no_keystrokes_have_no_price(nothing: int) -> None:
    with pytest.raises(ValueError, match="at least"):
        billed_hours(nothing)
    with pytest.raises(ValueError, match="at least"):
        billed_lines(nothing)
