"""Its one command: record a visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kim_events.fields import Code, Day, Id, Money, StrictInt, Text
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from marshmallow import Schema, fields, validate

TOPICS = (("housing", "Wohnung"), ("health", "Gesundheit"), ("school", "Schule"), ("work", "Arbeit"))
KINDS = (("first", "Erstberatung"), ("signpost", "Verweisberatung"), ("follow_up", "Folgeberatung"))
TOWNS = (("roetgen", "Roetgen"), ("simmerath", "Simmerath"), ("monschau", "Monschau"))


@dataclass(frozen=True)
class RecordVisit:
    persons_present: int
    town: str
    on: date
    kind: str = "first"
    topics: tuple[str, ...] = ()
    need: str = ""
    written: bool = False
    amount: Decimal | None = None
    visitors: list[dict[str, Any]] = field(default_factory=list)
    id: str = field(default_factory=new_id)


class VisitorSchema(Schema):
    name = Text(required=True, metadata={"label": "Name"})
    birth_year = StrictInt(metadata={"label": "Geburtsjahr"}, validate=validate.Range(1900, 2022))


class RecordVisitSchema(CommandSchema):
    command = RecordVisit

    id = Id()
    persons_present = StrictInt(required=True, validate=validate.Range(1, 60), metadata={"label": "Personen am Tisch (eine Beratung)"})
    town = Code([code for code, _ in TOWNS], required=True, metadata={"label": "Wohnort"})
    on = Day(required=True, metadata={"label": "Tag", "hint": "heute oder früher"})
    kind = Code([code for code, _ in KINDS], load_default="first", metadata={"label": "Art der Beratung"})
    topics = fields.List(Code([code for code, _ in TOPICS]), load_default=list, metadata={"label": "Themen"})
    need = Text(longest=500, load_default="", metadata={"label": "Anliegen", "hint": "eine Zeile, keine Diagnose"})
    written = fields.Boolean(load_default=False, metadata={"label": "Schriftliche Einwilligung liegt vor"})
    amount = Money(load_default=None, allow_none=True, metadata={"label": "Betrag in Euro"})
    visitors = fields.List(fields.Nested(VisitorSchema), load_default=list, metadata={"label": "Personen"})


class VisitSchema(Schema):
    id = Id(required=True)
    persons_present = StrictInt(required=True)
    town = Code([code for code, _ in TOWNS], required=True)
    amount = Money(required=True, allow_none=True)


class VisitsSchema(Schema):
    items = fields.List(fields.Nested(VisitSchema), required=True)
    next = fields.String(required=True, allow_none=True)
