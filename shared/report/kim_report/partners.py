"""What partners reported by month, as a table people read: each figure in words, and over the period either its sum or its last value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kim_reference import languages
from kim_web.formats import NOTHING, number
from kim_web.language import _, language, mark, plural

from kim_report.names import name

# What happened in the months is added up; of how things stood the last month counts.
HAPPENED = {
    "admissions-declined": mark("Abgelehnte Vorschläge zur Aufnahme"),
    "admissions-proposed": mark("Vorschläge zur Aufnahme"),
    "cases-closed": mark("Geschlossene Fälle"),
    "cases-opened": mark("Neu eröffnete Fälle"),
    "cases-reopened": mark("Wieder geöffnete Fälle"),
    "consultations": mark("Zahl der Beratungen"),
    "contacts": mark("Kontakte"),
    "follow-ups": mark("Folgeberatungen"),
    "hand_overs": mark("Weitergaben unter einem Dach"),
    "orders": mark("Aufträge an die Sprachmittlung"),
    "orders-requested": mark("Bestellte Sprachmittlung"),
    "persons_at_the_table": mark("Personen am Tisch (Summe)"),
    "referrals_sent": mark("Gesendete Verweise"),
}
STOOD = {
    "cases-open": mark("Offene Fälle"),
    "fte-established": mark("Eingerichtete Stellen"),
    "fte-held": mark("Besetzte Stellen"),
    "people": mark("Köpfe"),
    "persons-in-cases": mark("Personen in offenen Fällen"),
    "posts": mark("Zahl der Stellen"),
    "pot-budget": mark("Topf: bewilligt, in Euro"),
    "pot-committed": mark("Topf: gebunden, in Euro"),
    "pot-spent": mark("Topf: ausgegeben, in Euro"),
}


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A figure of a partner: what it is, its value, and what must be known about it."""

    words: str
    value: str
    note: str


def partner_rows(figures: Mapping[str, Any], report: Mapping[str, Any]) -> list[PartnerRow]:
    """The figures of one service of a partner (`kim_statistics.partners`)."""
    return [_row(figure, report) for figure in figures["figures"]]


def months_missing(figures: Mapping[str, Any]) -> list[str]:
    """Months of the period that were not reported: 08.2022."""
    return [f"{month[5:]}.{month[:4]}" for month in figures["missing"]]


def _row(figure: Mapping[str, Any], report: Mapping[str, Any]) -> PartnerRow:
    stem, _dot, service = str(figure["name"]).partition(".")
    stood = stem in STOOD
    words = _(HAPPENED.get(stem) or STOOD.get(stem, stem))
    if service:
        words = f"{words}, {_(name('code', service, report))}"
    if figure["by"]:
        words = f"{words}: {_key(str(figure['by']), str(figure['key']), report)}"
    value = figure["last"] if stood else figure["sum"]
    withheld = int(figure["suppressed"])
    notes = [_("im letzten Monat")] if stood else []
    if withheld:
        notes.append(plural("in {n} Monat unterdrückt", "in {n} Monaten unterdrückt", withheld).format(n=withheld))
    return PartnerRow(words, NOTHING if value is None else number(Decimal(value)), ", ".join(notes))


def _key(by: str, key: str, report: Mapping[str, Any]) -> str:
    if by == "language" and key in languages.CODES:
        return languages.language(key).name(language())
    return _(name(by, key, report))
