"""What an auditor looks for: days, a person, an action, a thing, an outcome. The same for the page, its table and the JSON door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from kim_audit.record import OUTCOMES
from kim_audit.tables import entries
from kim_events.fields import Code, Day, Text
from kim_runtime.clock import BERLIN
from kim_runtime.command import CommandSchema
from marshmallow import ValidationError, validates_schema
from sqlalchemy import Select, select, tuple_

LONGEST = 200


def serial_of(cursor: str) -> int | None:
    """The serial before which rows are wanted; None (all) where the text names none."""
    return int(cursor) if cursor.isascii() and len(cursor) < 19 and cursor.isdecimal() else None


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is not said is not asked for. Days are those of Europe/Berlin, both included; rows come after the one with the serial
    `before`, if any.
    """

    first: date | None = None
    last: date | None = None
    actor: str = ""
    action: str = ""
    thing: str = ""
    outcome: str = ""
    before: int | None = None

    def rows(self) -> Select[Any]:
        """The newest first: by time, and by serial within a moment, as the index `kim_audit_by_time` has them."""
        wanted = select(entries).order_by(entries.c.at.desc(), entries.c.serial.desc())
        if self.first:
            wanted = wanted.where(entries.c.at >= datetime.combine(self.first, time(), BERLIN))
        if self.last:
            wanted = wanted.where(entries.c.at < datetime.combine(self.last + timedelta(days=1), time(), BERLIN))
        for asked, column in (
            (self.actor, entries.c.actor_id),
            (self.action, entries.c.action),
            (self.thing, entries.c.thing),
            (self.outcome, entries.c.outcome),
        ):
            if asked.strip():
                wanted = wanted.where(column == asked.strip())
        if self.before is None:
            return wanted
        last = select(entries.c.at).where(entries.c.serial == self.before).scalar_subquery()
        return wanted.where(tuple_(entries.c.at, entries.c.serial) < tuple_(last, self.before))


class AuditSearchSchema(CommandSchema):
    """As the page asks: its addresses are German."""

    command = AuditSearch

    first = Day(data_key="von", load_default=None, allow_none=True, metadata={"label": "Von"})
    last = Day(data_key="bis", load_default=None, allow_none=True, metadata={"label": "Bis"})
    actor = Text(data_key="wer", load_default="", longest=LONGEST, metadata={"label": "Wer", "hint": "Kennung der Person"})
    action = Text(data_key="was", load_default="", longest=LONGEST, metadata={"label": "Was", "hint": "zum Beispiel case.see"})
    thing = Text(data_key="woran", load_default="", longest=LONGEST, metadata={"label": "Woran", "hint": "zum Beispiel cases:…"})
    outcome = Code(("", *OUTCOMES), data_key="ausgang", load_default="", metadata={"label": "Ausgang"})

    @validates_schema
    def runs_forward(self, asked: dict[str, Any], **_: Any) -> None:
        if asked["first"] and asked["last"] and asked["last"] < asked["first"]:
            raise ValidationError("Der Zeitraum endet vor seinem Anfang.", "bis")
