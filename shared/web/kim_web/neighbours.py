"""The other services of the house, as links in the head of each page."""

from __future__ import annotations

from dataclasses import dataclass

from kim_web.language import mark

TITLES = {
    "intake": mark("Erstberatung"),
    "casework": mark("Fallarbeit"),
    "interpreting": mark("Sprachmittlung"),
    "staffing": mark("Stellen"),
    "report": mark("Sachstand"),
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A service: its name, its title (a msgid) and its address; `here` is the one we are in."""

    service: str
    title: str
    address: str
    here: bool


def neighbours(setting: str, service: str) -> list[Neighbour]:
    """Read `intake=https://…,casework=https://…`; what is no such pair is left out."""
    found = []
    for pair in setting.split(","):
        name, _, address = pair.strip().partition("=")
        if name in TITLES and address.startswith(("http://", "https://")):
            found.append(Neighbour(name, TITLES[name], address, name == service))
    return found
