"""Figures and days as people read them, by the language of the request. A missing value is an en dash."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from kim_runtime.clock import BERLIN

from kim_web.language import language

NOTHING = "–"
_LOCALES = {"de": "de_DE", "en": "en_GB"}
_DAY = {"de": "dd.MM.yyyy", "en": "d\N{NO-BREAK SPACE}MMM\N{NO-BREAK SPACE}yyyy"}  # a day stays on one line


def locale() -> str:
    return _LOCALES[language()]


def money(value: Decimal | None) -> str:
    """1.234,56 €"""
    return NOTHING if value is None else format_currency(value, "EUR", locale=locale())


def number(value: int | Decimal | float | None) -> str:
    return NOTHING if value is None else format_decimal(value, locale=locale())


def signed(value: int | Decimal | None) -> str:
    """A difference: +1.234, −3, 0."""
    if value is None:
        return NOTHING
    return format_decimal(value, "+#,##0.##;\u2212#,##0.##" if value else "0", locale=locale())


def read(value: str | None) -> str:
    """A figure kept as text, in the reader's form; what is no number stays as it is."""
    try:
        return number(None if value is None else Decimal(value))
    except InvalidOperation:
        return str(value)


def fte(value: Decimal | None) -> str:
    """Full-time equivalents: 0,50"""
    return NOTHING if value is None else format_decimal(value, "#,##0.00", locale=locale())


def day(value: date | None) -> str:
    """15.08.2022; of a moment, its calendar day at the desk."""
    return NOTHING if value is None else format_date(_local(value), _DAY[language()], locale=locale())


def weekday(value: date | None) -> str:
    """Samstag"""
    return NOTHING if value is None else format_date(_local(value), "EEEE", locale=locale())


def moment(value: datetime | None) -> str:
    """15.08.2022, 09:05, at the desk (Europe/Berlin)."""
    return NOTHING if value is None else format_datetime(value, f"{_DAY[language()]}, HH:mm", tzinfo=BERLIN, locale=locale())


def ago(span: timedelta) -> str:
    """vor 2 Minuten: in the largest unit, rounded, from a second on."""
    return format_timedelta(-max(span, timedelta(seconds=1)), add_direction=True, locale=locale())


def plain(value: Any) -> str:
    """A value inside a sentence: a decimal with two places, a day as a day, a moment as a moment."""
    if isinstance(value, Decimal):
        return fte(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return str(value)


def _local(value: date) -> date:
    return value.astimezone(BERLIN).date() if isinstance(value, datetime) else value


FILTERS = {"money": money, "number": number, "signed": signed, "read": read, "fte": fte, "day": day, "weekday": weekday, "moment": moment}
