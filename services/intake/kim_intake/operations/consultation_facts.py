"""What is noted of a consultation, the same whether it is recorded, edited the same day or corrected later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kim_events.fields import Code, Id, StrictInt, Text
from kim_reference.countries import CODES as ORIGIN_CODES
from kim_reference.languages import CODES as LANGUAGE_CODES
from kim_reference.municipalities import municipality_of
from kim_reference.topics import TOPICS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Forbidden, Refused, refuse
from marshmallow import ValidationError, fields, validate
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation
from kim_intake.model.site import body_at
from kim_intake.rules.codes import CHANNELS, INTERPRETERS, KINDS, ORIGIN_UNKNOWN
from kim_intake.rules.permissions import may_at

PERSONS_AT_MOST = 99
MINUTES_AT_MOST = 480
TOPIC_CODES = tuple(topic.code for topic in TOPICS)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsultationFacts:
    """`origin` is ISO 3166-1 alpha-3, UNKNOWN or NOT_SAID; `place` an AGS or a postcode; `languages` ISO 639-3.

    `kind` None: the rule decides. `minutes` None: not noted.
    """

    site: str
    service: str
    persons_present: int
    desk: int | None = None
    children: int = 0
    place: str | None = None
    origin: str = ORIGIN_UNKNOWN
    languages: tuple[str, ...] = ()
    interpreter: str = "none"
    topics: tuple[str, ...] = ()
    kind: str | None = None
    channel: str = "in_person"
    minutes: int | None = None
    concern: str = ""


def known_place(place: str) -> None:
    """A postcode of anywhere in Germany, or the AGS of a town of the region."""
    if not place.isdecimal() or len(place) not in (5, 8) or (len(place) == 8 and municipality_of(place) is None):
        raise ValidationError("Eine Postleitzahl (fünf Ziffern) oder ein Gemeindeschlüssel der Region (acht Ziffern).")


class ConsultationFactsSchema(CommandSchema):
    site = Id(required=True)
    service = Id(required=True)
    desk = StrictInt(allow_none=True, validate=validate.Range(1, 99), metadata={"label": "Platz"})
    persons_present = StrictInt(
        required=True,
        validate=validate.Range(1, PERSONS_AT_MOST),
        metadata={"label": "Personen am Tisch (eine Beratung)", "autocomplete": "off", "inputmode": "numeric"},
    )
    children = StrictInt(
        validate=validate.Range(0, PERSONS_AT_MOST), metadata={"label": "davon Kinder", "autocomplete": "off", "inputmode": "numeric"}
    )
    place = fields.String(allow_none=True, validate=known_place, metadata={"label": "Wohnort oder Postleitzahl", "autocomplete": "off"})
    origin = Code(ORIGIN_CODES, metadata={"label": "Herkunftsland", "autocomplete": "off"})
    languages = fields.List(Code(LANGUAGE_CODES), metadata={"label": "Sprache", "autocomplete": "off"})
    interpreter = Code(INTERPRETERS, metadata={"label": "Sprachmittlung"})
    topics = fields.List(Code(TOPIC_CODES), metadata={"label": "Themen"})
    kind = Code(KINDS, allow_none=True, metadata={"label": "Art der Beratung"})
    channel = Code(CHANNELS, metadata={"label": "Weg"})
    minutes = StrictInt(
        allow_none=True,
        validate=validate.Range(1, MINUTES_AT_MOST),
        metadata={"label": "Dauer in Minuten", "autocomplete": "off", "inputmode": "numeric"},
    )
    concern = Text(
        longest=200,
        metadata={
            "label": "Anliegen in einer Zeile",
            "hint": "Bleibt in diesem Haus. Keine Namen, keine Diagnosen.",
            "autocomplete": "off",
        },
    )

    def objections(self, known: Mapping[str, Any]) -> Iterator[Refused]:
        yield from _objections(known.get("persons_present"), known.get("children", 0))


def check_desk(session: Session, act: Act, facts: ConsultationFacts) -> None:
    """Whether this actor can sit at that desk of that counselling service; raises Refused, Forbidden, NotFound."""
    body = body_at(session, facts.site, facts.service)
    if not may_at(act.actor, "consultation.record", facts.site):
        raise Forbidden("not_your_site", "An diesem Standort sind Sie nicht eingetragen.", "site")
    if body is None or not body.records_in(act.organisation):
        raise Refused("service_not_here", "Dieser Beratungsdienst hat an diesem Standort keinen Platz.", "service")
    desks = max(body.desks, 1)
    if facts.desk is not None and facts.desk > desks:
        raise Refused("no_such_desk", "Dieser Beratungsdienst hat hier nur die Plätze 1 bis {desks}.", "desk", desks=desks)


def check(facts: ConsultationFacts) -> None:
    """What must be so whichever door it came through; raises Refused."""
    refuse(_objections(facts.persons_present, facts.children))


def _objections(persons: int | None, children: int) -> Iterator[Refused]:
    if persons is not None and persons < 1:
        yield Refused("nobody_there", "Mindestens eine Person sitzt am Tisch.", "persons_present")
    elif persons is not None and children > persons:
        yield Refused(
            "more_children_than_persons",
            "{children} Kinder bei {persons} Personen am Tisch: die Kinder zählen zu den Personen.",
            "children",
            children=children,
            persons=persons,
        )


def write(consultation: Consultation, facts: ConsultationFacts, kind: str) -> None:
    """Put the facts into the row."""
    consultation.site_id, consultation.service, consultation.desk = facts.site, facts.service, facts.desk
    consultation.persons_present, consultation.children = facts.persons_present, facts.children
    consultation.town, consultation.postcode = where(facts.place)
    consultation.origin = facts.origin
    consultation.languages = facts.languages
    consultation.interpreter = facts.interpreter
    consultation.topics = facts.topics
    consultation.kind = kind
    consultation.channel = facts.channel
    consultation.minutes = facts.minutes
    consultation.concern = facts.concern


def where(place: str | None) -> tuple[str | None, str | None]:
    """Town (AGS) and postcode of what was noted. A postcode outside the region is kept as it is: its town is not known here."""
    if not place:
        return None, None
    town = municipality_of(place)
    return town.ags if town else None, place if len(place) == 5 else None


def facts_of(consultation: Consultation) -> dict[str, object]:
    """The facts of a row by the names of ConsultationFacts, as a form or a correction begins with them."""
    return {
        "site": consultation.site_id,
        "service": consultation.service,
        "desk": consultation.desk,
        "persons_present": consultation.persons_present,
        "children": consultation.children,
        "place": consultation.postcode or consultation.town,
        "origin": consultation.origin,
        "languages": consultation.languages,
        "interpreter": consultation.interpreter,
        "topics": consultation.topics,
        "kind": consultation.kind,
        "channel": consultation.channel,
        "minutes": consultation.minutes,
        "concern": consultation.concern,
    }


def not_in_future(day: date, today: date) -> None:
    if day > today:
        raise Refused("in_the_future", "Der Tag liegt in der Zukunft.", "day")


def as_text(value: object) -> str:
    """A value as a correction keeps it."""
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(part) for part in value)
    return str(value)
