"""The ten municipalities of the StädteRegion Aachen, and which case management serves them.

Two programmes share the territory: the City of Aachen runs its own, the StädteRegion serves the other nine (council paper 119/22 of
Eschweiler). The AGS is text: it begins with a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STAEDTEREGION = "staedteregion-aachen"
STADT_AACHEN = "stadt-aachen"
# The StädteRegion took the place of the district and the independent city on this day (Aachen-Gesetz); before, Aachen was 05313000.
SINCE = date(2009, 10, 21)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A town or commune (Stadt, Gemeinde) with its official key (Amtlicher Gemeindeschlüssel, AGS)."""

    ags: str
    german: str
    postcodes: tuple[str, ...]
    valid_from: date | None = SINCE
    valid_to: date | None = None

    @property
    def code(self) -> str:
        return self.ags

    def name(self, language: str) -> str:
        return self.german


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Which organisation's case management serves a municipality, and when."""

    ags: str
    organisation: str
    valid_from: date | None = None
    valid_to: date | None = None


AACHEN_POSTCODES = ("52062", "52064", "52066", "52068", "52070", "52072", "52074", "52076", "52078", "52080")
MUNICIPALITIES = (
    Municipality("05334002", "Aachen", AACHEN_POSTCODES),
    Municipality("05334004", "Alsdorf", ("52477",)),
    Municipality("05334008", "Baesweiler", ("52499",)),
    Municipality("05334012", "Eschweiler", ("52249",)),
    Municipality("05334016", "Herzogenrath", ("52134",)),
    Municipality("05334020", "Monschau", ("52156",)),
    Municipality("05334024", "Roetgen", ("52159",)),
    Municipality("05334028", "Simmerath", ("52152",)),
    Municipality("05334032", "Stolberg (Rhld.)", ("52222", "52223", "52224")),
    Municipality("05334036", "Würselen", ("52146",)),
)
RESPONSIBILITIES = tuple(Responsibility(place.ags, STADT_AACHEN if place.german == "Aachen" else STAEDTEREGION) for place in MUNICIPALITIES)
_BY_AGS = {place.ags: place for place in MUNICIPALITIES}
_BY_POSTCODE = {postcode: place for place in MUNICIPALITIES for postcode in place.postcodes}


def municipality(ags: str) -> Municipality:
    """The municipality of an AGS; raises KeyError."""
    return _BY_AGS[ags]


def municipality_of(ags_or_postcode: str) -> Municipality | None:
    """The municipality of an AGS (eight digits) or a postcode (five digits), or None outside the StädteRegion."""
    key = ags_or_postcode.strip()
    return _BY_AGS.get(key) or _BY_POSTCODE.get(key)


def responsible(ags_or_postcode: str, day: date) -> str | None:
    """The organisation whose case management serves a place on a day, or None outside the StädteRegion."""
    place = municipality_of(ags_or_postcode)
    if place is None:
        return None
    for rule in RESPONSIBILITIES:
        begun = rule.valid_from is None or rule.valid_from <= day
        if rule.ags == place.ags and begun and (rule.valid_to is None or day <= rule.valid_to):
            return rule.organisation
    return None
