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
    "linking": mark("Vermittlung"),
    "monitoring": mark("Begleitung"),
    "evaluation": mark("Auswertung"),
    "case_management": mark("Case Management"),
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
}


PLANNED = re.compile(r"^([0-9.]+) from ([0-9-]{10}) (\S+)$")


def title_of(service: str) -> str:
    """The German name of a service, to be translated where it is shown."""
    return TITLES.get(service, service)


def planned(entry: str) -> str:
    """A planned post as staffing tells it (`1.0 from 2022-10-01 sprungbrett`), as people write it."""
    match = PLANNED.match(entry)
    if match is None:
        return entry
    return _("{fte} ab {day} ({employer})").format(fte=share(match[1]), day=day(date.fromisoformat(match[2])), employer=match[3])


def name(kind: str, key: str, report: Mapping[str, Any]) -> str:
    """The German name of a key, to be translated where it is shown; names from code lists come in the reader's language."""
    try:
        if kind == "site":
            return str((report.get("sites") or {})[key]["name"])
        if kind == "origin":
            return country(key).name(language())
        if kind == "topic":
            return topic(key).name(language())
    except KeyError:
        return key
    return CODES.get(key, key)


def share(fte: str) -> str:
    """Full-time equivalents as people write them: 6,0 and 0,25."""
    return format_decimal(Decimal(fte), "#,##0.0#", locale=locale())
