"""A cost, spelled out as a clerk would write it on the invoice: "76 Zeilen × 1,95 = 148,20 + 28,16 USt = 176,36"."""

from __future__ import annotations

from decimal import Decimal

from kim_interpreting.rules.tariff import Cost

# unit -> (one, several)
UNITS = {
    "de": {"hour": ("h", "h"), "line": ("Zeile", "Zeilen"), "step": ("weiterer Schritt", "weitere Schritte")},
    "en": {"hour": ("h", "h"), "line": ("line", "lines"), "step": ("further step", "further steps")},
}
WORDS = {"de": ("mindestens", "USt", "Grundbetrag"), "en": ("at least", "VAT", "base")}


def spelled(cost: Cost, language: str = "de") -> str:
    """The formula in German or English; amounts in euro with two decimals."""
    language = language if language in UNITS else "de"
    at_least, vat, base = WORDS[language]
    one, several = UNITS[language][cost.unit]
    unit = one if cost.units == 1 else several
    product = f"{_number(cost.units, language)} {unit} × {_euro(cost.rate, language)}"
    if cost.base:
        product = f"{base} {_euro(cost.base, language)} + {product}"
    text = f"{product} = {_euro(cost.fee, language)}"
    if cost.net != cost.fee:
        text += f", {at_least} {_euro(cost.minimum, language)}"
    if cost.vat:
        text += f" + {_euro(cost.vat, language)} {vat} = {_euro(cost.gross, language)}"
    return text


def _number(value: Decimal, language: str) -> str:
    return _point(f"{value.normalize():,f}", language)


def _euro(value: Decimal, language: str) -> str:
    return _point(f"{value:,.2f}", language)


def _point(text: str, language: str) -> str:
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text
