"""Money for an empty post (Rückgabe für Leerstand): how much of a grant an unfilled share gives back, by the rule its notice names.

Money is rounded half up, once, at the end of each line.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from kim_staffing.rules.fte import Vacancy

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


class VacancyRule(StrEnum):
    """How a notice treats an empty post."""

    FULL_MONTHS = "full_months"  # one twelfth of the year's rate for each calendar month that was empty from first to last day
    DAILY = "daily"  # the year's rate by days
    NONE = "none"  # nothing goes back


RULE_WORDS = {
    VacancyRule.FULL_MONTHS: "voller leerer Monat = 1/12",
    VacancyRule.DAILY: "tageweise",
    VacancyRule.NONE: "keine Rückgabe",
}


def money_for(vacancies: Iterable[Vacancy], rate: Decimal, rule: VacancyRule, period_from: date, period_to: date) -> Decimal:
    """What the vacancies of one post give back, in euro.

    `rate` is euro per full-time equivalent and year; only days within the grant's period count.
    """
    within = [
        Vacancy(gap.fte, max(gap.starts_on, period_from), min(gap.ends_on, period_to))
        for gap in vacancies
        if gap.starts_on <= period_to and gap.ends_on >= period_from
    ]
    if rule is VacancyRule.NONE:
        return NOTHING
    if rule is VacancyRule.DAILY:
        days_of_period = (period_to - period_from).days + 1
        fte_days = sum((gap.fte * ((gap.ends_on - gap.starts_on).days + 1) for gap in within), Decimal(0))
        return _cents(rate * fte_days * _years(period_from, period_to) / days_of_period)
    fte_months = sum((_empty_all_month(within, month) for month in _months(period_from, period_to)), Decimal(0))
    return _cents(rate * fte_months / 12)


def _years(period_from: date, period_to: date) -> Decimal:
    """How much of the year's rate the period is worth: its full months as twelfths."""
    return Decimal(sum(1 for _ in _months(period_from, period_to))) / 12


def _months(period_from: date, period_to: date) -> Iterable[date]:
    """The first days of the calendar months that lie wholly within a period."""
    month = period_from if period_from.day == 1 else _next_month(period_from)
    while _next_month(month) - timedelta(days=1) <= period_to:
        yield month
        month = _next_month(month)


def _next_month(day: date) -> date:
    return day.replace(day=1) + timedelta(days=monthrange(day.year, day.month)[1])


def _empty_all_month(gaps: list[Vacancy], month: date) -> Decimal:
    """The share that was empty on every day of a month: the smallest one of any day."""
    last = _next_month(month) - timedelta(days=1)
    days = (month + timedelta(days=n) for n in range((last - month).days + 1))
    return min(sum((gap.fte for gap in gaps if gap.starts_on <= day <= gap.ends_on), Decimal(0)) for day in days)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
