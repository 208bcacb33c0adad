"""Codes, findings and days as the words people read, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from kim_web import formats
from kim_web.language import _, mark

from kim_staffing.model.employer import Employer
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.model.post import BAUSTEIN_WORDS, ROLE_WORDS, STATUS_WORDS, Post
from kim_staffing.rules.coverage import LEVEL_WORDS
from kim_staffing.rules.extension_gate import COUNCIL_WORDS, LampState
from kim_staffing.rules.finding import Finding, Word
from kim_staffing.rules.fixed_term import GROUNDS
from kim_staffing.rules.vacancy_money import RULE_WORDS

# A lamp is told by sign and word, never by colour alone.
LAMP_SIGNS = {LampState.DONE: "✓", LampState.LOOK: "!", LampState.OPEN: "○", LampState.STOP: "✕"}
LAMP_STATES = {
    LampState.DONE: mark("da"),
    LampState.LOOK: mark("ansehen"),
    LampState.OPEN: mark("offen"),
    LampState.STOP: mark("steht"),
}
PRESENCE_WORDS = {"active": mark("da"), "absent": mark("abwesend, Anspruch auf Rückkehr")}


def said(finding: Finding) -> str:
    """A finding as a sentence; days and shares as this language writes them."""
    return _(finding.message).format(**{name: _plain(value) for name, value in finding.params.items()})


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return share(value)
    if isinstance(value, Word):
        return _(str(value))
    return formats.plain(value)


def share(fte: Decimal | None) -> str:
    """A share of a post: 0,5; with two decimals where it needs them."""
    return formats.NOTHING if fte is None else format_decimal(fte, "#,##0.0#", locale=formats.locale())


def long_day(day: date) -> str:
    """Samstag, 31.12.2022"""
    return f"{formats.weekday(day)}, {formats.day(day)}"


def near_day(day: date) -> str:
    """Fr., 16.12.2022"""
    return f"{format_date(day, 'EEE', locale=formats.locale())} {formats.day(day)}"


def period(first: date | None, last: date | None) -> str:
    """1.1.2023 – 31.12.2023, an open side as an ellipsis."""
    if first is None and last is None:
        return formats.NOTHING
    return f"{formats.day(first) if first else '…'} – {formats.day(last) if last else '…'}"


def role(code: str) -> str:
    return _(ROLE_WORDS[code])


def level(code: str) -> str:
    return _(LEVEL_WORDS[code]) if code else _("keines")


def ground(code: str) -> str:
    return _(GROUNDS[code])


def council(code: str) -> str:
    return _(COUNCIL_WORDS[code]) if code else _("keine")


def status(code: str) -> str:
    return _(STATUS_WORDS[code])


def rule(code: str) -> str:
    return _(RULE_WORDS[code])  # type: ignore[index]


def baustein(number: int) -> str:
    return _(BAUSTEIN_WORDS[number])


def post(thing: Post) -> str:
    """2-01 Case Management"""
    return f"{thing.number} {role(thing.role)}"


def holder(occupancy: Occupancy) -> str:
    """The name of own staff; of a carrier's staff the reference it gave."""
    return occupancy.person.name if occupancy.person else occupancy.holder


def employer(thing: Employer | None, day: date) -> str:
    return thing.name_on(day) if thing else _("noch offen")


def choices(codes: Mapping[Any, str]) -> list[tuple[str, str]]:
    """What a select offers: (code, words)."""
    return [(str(code), _(text)) for code, text in codes.items()]


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)
