"""What the keys of a distribution are called: sites by the report itself, origins and topics by the code lists, codes by this table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from kim_reference.countries import country
from kim_reference.topics import topic
from kim_web.formats import day, locale
from kim_web.language import _, language, mark
from kim_web.neighbours import TITLES

from kim_report.figures import CHAPTERS, InPart

CODES = {
    "first": mark("Erstberatungen"),
    "signposting": mark("Verweisberatungen"),
    "follow_up": mark("Folgeberatungen"),
    "offered": mark("offen"),
    "open": mark("offen"),
    "sent": mark("offen"),
    "pending": mark("offen"),
    "received": mark("offen"),
    "accepted": mark("angenommen"),
    "rejected": mark("abgelehnt"),
    "waiting_list": mark("Warteliste"),
    "withdrawn": mark("zurückgezogen"),
    "withdrawn_unread": mark("zurückgezogen, nicht gelesen"),
    "completed": mark("abgeschlossen"),
    "expired": mark("ohne Antwort abgelaufen"),
    "deleted": mark("gelöscht"),
    "restricted": mark("eingeschränkt"),
    "intake": mark("Klärung"),
    "assessment": mark("Assessment"),
    "planning": mark("Hilfeplanung"),
    "linking": mark("Linking"),
    "monitoring": mark("Monitoring"),
    "evaluation": mark("Evaluation"),
    "case_management": mark("Case Management"),
    "school_entry": mark("Seiteneinstiegsberatung"),
    "information_point": mark("Informationspunkt"),
    "coordination": mark("Koordination"),
    "administration": mark("Verwaltung"),
    "immigration_office": mark("Ausländerbehörde"),
    "document_translation": mark("Übersetzung von Dokumenten"),
    "certified_translation": mark("Beglaubigte Übersetzung"),
    "information_material": mark("Informationsmaterial"),
    "on_site": mark("Dolmetschen vor Ort"),
    "phone": mark("Dolmetschen am Telefon"),
    "video": mark("Dolmetschen per Video"),
    "sign_language": mark("Gebärdensprache"),
    "goals_reached": mark("Ziele erreicht"),
    "handed_over": mark("an eine andere Stelle übergeben"),
    "contact_broken_off": mark("Kontakt abgebrochen"),
    "moved_away": mark("weggezogen"),
    "client_ended": mark("von der Person beendet"),
    "no_admission": mark("doch keine Aufnahme"),
    "left_country": mark("ausgereist"),
    "deceased": mark("verstorben"),
}


PLANNED = re.compile(r"^([0-9.]+) from ([0-9-]{10}) (\S+)$")


def title_of(service: str) -> str:
    """The German name of a service, to be translated where it is shown."""
    return TITLES.get(service, service)


def organisation_of(key: str, report: Mapping[str, Any]) -> str:
    """What an organisation is called in the report's directory; its id where that does not know it."""
    return str((report.get("names") or {}).get(key, key))


def planned(entry: str, report: Mapping[str, Any]) -> str:
    """A planned post as staffing tells it (`1.0 from 2022-10-01 sprungbrett`), as people write it."""
    match = PLANNED.match(entry)
    if match is None:
        return entry
    employer = organisation_of(match[3], report)
    return _("{fte} ab {day} ({employer})").format(fte=share(match[1]), day=day(date.fromisoformat(match[2])), employer=employer)


def part_told(part: InPart, report: Mapping[str, Any]) -> str:
    """What of the report is of fewer days than asked, of which, and why."""
    if part.source:
        said = _("{what}: gezählt vom {first} bis {last}. Zahlen gibt es für halbe und ganze Monate.")
        return said.format(what=_(title_of(part.source)), **_days(part))
    what = _(part.line) if part.line else _(name("code", part.service, report))
    if part.how:
        what = _("{service}: Art, Weg, Sprachmittlung und anonym").format(service=what)
    if part.days is None:
        return _("{what}: nicht gezählt. In diesem Zeitraum waren es weniger als drei Kolleg_innen.").format(what=what)
    said = _(
        "{what}: gezählt vom {first} bis {last}. In den übrigen Tagen waren es weniger als drei Kolleg_innen; sie zählen mit späteren."
    )
    return said.format(what=what, **_days(part))


def _days(part: InPart) -> dict[str, str]:
    days = part.days or {}
    return {"first": day(date.fromisoformat(days["from"])), "last": day(date.fromisoformat(days["to"]))}


def name(kind: str, key: str, report: Mapping[str, Any]) -> str:
    """The German name of a key, to be translated where it is shown; names from code lists come in the reader's language."""
    try:
        if kind == "site":
            return str((report.get("sites") or {})[key]["name"])
        if kind == "organisation":
            return organisation_of(key, report)
        if kind == "origin":
            return country(key).name(language())
        if kind == "topic":
            return topic(key).name(language())
    except KeyError:
        return key
    return CODES.get(key, key)


def figure_words(path: str, report: Mapping[str, Any]) -> str:
    """What a figure is called, by where it stands in the data: `Case-Management-Beratung nach Standort: Rathaus Roetgen`.

    What no line of the report shows (pots, posts, partners) is called by its path.
    """
    for chapter in CHAPTERS:
        above = ""
        for line in chapter.lines:
            label = _(line.label)
            above = above if label.startswith("–") else label
            words = f"{above}, {label.removeprefix('– ')}" if label.startswith("–") else label
            if path == line.path:
                return words
            for breakdown in line.breakdowns:
                if path.startswith(f"{breakdown.path}."):
                    key = path.removeprefix(f"{breakdown.path}.").removesuffix(".total")
                    return f"{words} {_(breakdown.title)}: {_(name(breakdown.names, key, report))}"
                if path == breakdown.rest:
                    return f"{words} {_(breakdown.title)}: {_(breakdown.rest_label)}"
    return path


def share(fte: str) -> str:
    """Full-time equivalents as people write them: 6,0 and 0,25."""
    return format_decimal(Decimal(fte), "#,##0.0#", locale=locale())
