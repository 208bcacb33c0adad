"""Countries and nationalities: ISO 3166-1 alpha-3 for exchange, the three-digit key of the Federal Statistical Office for statistics.

Names are CLDR's (Babel); own names only where CLDR has none: states that are gone, and the answers that are no country. A key that is
not known for sure is absent. Sources: ISO 3166; Destatis, Staats- und Gebietssystematik; `data/countries.csv` holds both.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from babel import Locale

from kim_reference.dated import choices, choices_by_name, valid_on

# ISO 3166 leaves X** to its users: XXA is the stateless person of travel documents (ICAO 9303), XKX the European Union's Kosovo.
STATELESS = "XXA"
UNKNOWN = "UNKNOWN"
NOT_SAID = "NOT_SAID"

_OWN_NAMES = {
    STATELESS: ("Staatenlos", "Stateless"),
    UNKNOWN: ("Ungeklärt", "Not clear"),
    NOT_SAID: ("Keine Angabe", "Not said"),
    "SUN": ("Sowjetunion", "Soviet Union"),
    "YUG": ("Jugoslawien", "Yugoslavia"),
    "SCG": ("Serbien und Montenegro", "Serbia and Montenegro"),
    "CSK": ("Tschechoslowakei", "Czechoslovakia"),
    "COD": ("Kongo, Demokratische Republik", "Congo, Democratic Republic"),
    "COG": ("Kongo, Republik", "Congo, Republic"),
}


@dataclass(frozen=True, slots=True)
class Country:
    """A country, or an answer in place of one (Herkunftsland, Staatsangehörigkeit). `destatis` is text: Germany is 000."""

    alpha3: str
    alpha2: str | None
    destatis: str | None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def code(self) -> str:
        return self.alpha3

    @property
    def is_country(self) -> bool:
        return self.alpha2 is not None

    def name(self, language: str) -> str:
        if self.alpha3 in _OWN_NAMES:
            german, english = _OWN_NAMES[self.alpha3]
            return german if language == "de" else english
        return str(_cldr(language).territories[self.alpha2])


@cache
def _cldr(language: str) -> Locale:
    return Locale.parse("de" if language == "de" else "en")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read() -> tuple[Country, ...]:
    with files("kim_reference").joinpath("data/countries.csv").open(encoding="ascii") as table:
        return tuple(
            Country(row["alpha3"], row["alpha2"], row["destatis"] or None, _day(row["valid_from"]), _day(row["valid_to"]))
            for row in csv.DictReader(table)
        )


ANSWERS = (Country(STATELESS, None, "997"), Country(UNKNOWN, None, "998"), Country(NOT_SAID, None, "999"))
# A code whose key changed has one entry for each time: Serbia was 133 while it included Kosovo.
COUNTRIES = (*_read(), *ANSWERS)
CODES = tuple(dict.fromkeys(entry.alpha3 for entry in COUNTRIES))


def country(alpha3: str, day: date | None = None) -> Country:
    """The country of a code as it was on a day, or its latest entry; raises KeyError for a code that never was."""
    entries = [entry for entry in COUNTRIES if entry.alpha3 == alpha3]
    if not entries:
        raise KeyError(alpha3)
    on_the_day = [entry for entry in entries if day is not None and valid_on(entry, day)]
    return (on_the_day or entries)[-1]


def country_of_destatis(key: str) -> Country | None:
    """The country of a key of the Federal Statistical Office."""
    return next((entry for entry in COUNTRIES if entry.destatis == key), None)


def origin_choices(language: str, day: date) -> list[tuple[str, str]]:
    """What a form offers as origin on a day: countries by name, then the answers that are none."""
    return choices_by_name((entry for entry in COUNTRIES if entry.is_country), language, day) + choices(ANSWERS, language, day)
