"""What is asked for in an order: the fields that a requester's event and the telephone form have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kim_events.fields import Code, Day, Moment, StrictInt, Text
from kim_events.types.order import JOB_KINDS, OCCASIONS, REQUESTER_KINDS
from kim_reference.languages import CODES as LANGUAGE_CODES
from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.command import CommandSchema
from marshmallow import fields, validate

TOWN_CODES = tuple(place.ags for place in MUNICIPALITIES)
LONGEST_TALK = 24 * 60
LONGEST_TEXT = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRequest:
    """The request. `requester_town` is an AGS, `language` ISO 639-3, `minutes` with travel and waiting."""

    requester_kind: str
    requester_town: str
    desk: str
    job_kind: str
    occasion: str
    language: str
    service_date: date
    case_number: str | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    keystrokes: int | None = None
    editable: bool = True
    decides_something: bool = False
    public_room: bool = True
    place: str = ""
    other_payers_ruled_out: bool = False


REQUEST_FIELDS = tuple(OrderRequest.__dataclass_fields__)


class OrderRequestSchema(CommandSchema):
    """The fields of a request, with the words the telephone form asks them in, and in its order."""

    command = OrderRequest

    desk = Text(
        required=True, shortest=1, longest=120,
        metadata={"label": "Einrichtung und Ansprechperson", "hint": "Nie der Name der Klient_in"},
    )  # fmt: skip
    requester_town = Code(TOWN_CODES, required=True, metadata={"label": "Ort der Einrichtung"})
    requester_kind = Code(REQUESTER_KINDS, required=True, metadata={"label": "Wer bestellt?"})
    job_kind = Code(JOB_KINDS, required=True, metadata={"label": "Was wird gebraucht?"})
    language = Code(LANGUAGE_CODES, required=True, metadata={"label": "Sprache"})
    occasion = Code(OCCASIONS, required=True, metadata={"label": "Anlass"})
    service_date = Day(required=True, metadata={"label": "Tag", "hint": "Tag des Gesprächs, oder bis wann der Text gebraucht wird"})
    case_number = Text(
        allow_none=True, load_default=None, shortest=1, longest=20,
        metadata={"label": "Fallnummer", "hint": "Nur bei Bezug zum Case Management"},
    )  # fmt: skip
    starts_at = Moment(allow_none=True, load_default=None, metadata={"label": "Beginn"})
    minutes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TALK),
        metadata={"label": "Dauer in Minuten", "hint": "Mit Weg und Wartezeit; leer heißt: noch unbekannt"},
    )  # fmt: skip
    keystrokes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TEXT),
        metadata={"label": "Anschläge des Textes", "hint": "Geschätzt; leer heißt: eine Normseite"},
    )  # fmt: skip
    editable = fields.Boolean(load_default=True, metadata={"label": "Der Text liegt als bearbeitbare Datei vor"})
    decides_something = fields.Boolean(load_default=False, metadata={"label": "Wird etwas entschieden oder unterschrieben?"})
    public_room = fields.Boolean(load_default=True, metadata={"label": "Das Gespräch ist in einem öffentlichen Raum"})
    place = Text(load_default="", longest=120, metadata={"label": "Ort des Gesprächs", "hint": "Amt, Schule oder Beratungsstelle"})
    other_payers_ruled_out = fields.Boolean(load_default=False, metadata={"label": "Andere Kostenträger sind ausgeschlossen"})
