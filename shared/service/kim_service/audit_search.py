"""What an auditor looks for: days, a person, an action, a thing, an outcome. The same for the page, its table and the JSON door."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from kim_audit.record import OUTCOMES
from kim_audit.tables import entries
from kim_events.fields import Code, Day, Text
from kim_runtime.clock import BERLIN
from kim_runtime.command import CommandSchema
from kim_web.web import this_web
from marshmallow import ValidationError, validates_schema
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

LONGEST = 200


def serial_of(cursor: str) -> int | None:
    """The serial before which rows are wanted; None (all) where the text names none."""
    return int(cursor) if cursor.isascii() and len(cursor) < 19 and cursor.isdecimal() else None


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is not said is not asked for. Days are those of Europe/Berlin, both included; rows come after the one with the serial
    `before`, if any. `thing` is as a row has it (`cases:0197…`), or an id, or a number people say (`2022-0007`): `things_meant` says which
    things that is.
    """

    first: date | None = None
    last: date | None = None
    actor: str = ""
    action: str = ""
    thing: str = ""
    outcome: str = ""
    before: int | None = None

    def rows(self, things: Collection[str] = ()) -> Select[Any]:
        """The newest first: by time, and by serial within a moment, as the index `kim_audit_by_time` has them.

        `things` are looked for instead of `thing`.
        """
        wanted = select(entries).order_by(entries.c.at.desc(), entries.c.serial.desc())
        if self.first:
            wanted = wanted.where(entries.c.at >= datetime.combine(self.first, time(), BERLIN))
        if self.last:
            wanted = wanted.where(entries.c.at < datetime.combine(self.last + timedelta(days=1), time(), BERLIN))
        if things:
            wanted = wanted.where(entries.c.thing.in_(sorted(things)))
        for asked, column in (
            (self.actor, entries.c.actor_id),
            (self.action, entries.c.action),
            ("" if things else self.thing, entries.c.thing),
            (self.outcome, entries.c.outcome),
        ):
            if asked.strip():
                wanted = wanted.where(column == asked.strip())
        if self.before is None:
            return wanted
        last = select(entries.c.at).where(entries.c.serial == self.before).scalar_subquery()
        return wanted.where(tuple_(entries.c.at, entries.c.serial) < tuple_(last, self.before))


def things_meant(session: Session, asked: str) -> frozenset[str]:
    """Every name under which the rows may have what an auditor calls by its id or its number, and its parts; none where it is called as a
    row has it.

    A case is looked at as `cases:<id>` and closed as `closing:<id>`, its steps are done as `cases:<id>:<step>`, its orders stand under ids
    of their own: an auditor knows none of it, but the number on the file.
    """
    wanted, doors = asked.strip(), this_web().doors
    if not wanted or ":" in wanted:
        return frozenset()
    ids = {wanted}.union(*(session.scalars(select(one.class_.id).where(one == wanted)) for one in doors.numbered))
    groups = {name.removeprefix("api_") for name in current_app.blueprints} | {kind.code for kind in doors.entries}
    alone = tuple(f"{group}:{{id}}" for group in sorted(groups))
    found = {name.format(id=id) for name in alone for id in ids}
    known, beyond = set(ids), ids
    while beyond:
        within: set[str] = set()
        for part in doors.parts:
            rows = session.execute(select(part.of, part.id).where(or_(part.of.in_(beyond), part.id.in_(beyond)))).all()
            found |= {name.format(id=id, whole=whole) for whole, id in rows if id is not None for name in part.names or alone}
            within |= {id for whole, id in rows if id is not None and whole in beyond}  # a part leads to its own parts, not to its whole
        beyond = within - known
        known |= beyond
    return frozenset(found)


class AuditSearchSchema(CommandSchema):
    """As the page asks: its addresses are German."""

    command = AuditSearch

    first = Day(data_key="von", load_default=None, allow_none=True, metadata={"label": "Von", "lies": "behind"})
    last = Day(data_key="bis", load_default=None, allow_none=True, metadata={"label": "Bis", "lies": "behind"})
    actor = Text(data_key="wer", load_default="", longest=LONGEST, metadata={"label": "Wer", "hint": "Kennung der Person"})
    action = Text(data_key="was", load_default="", longest=LONGEST, metadata={"label": "Was", "hint": "zum Beispiel case.see"})
    thing = Text(
        data_key="woran",
        load_default="",
        longest=LONGEST,
        metadata={"label": "Woran", "hint": "Nummer oder Kennung, zum Beispiel 2022-0007"},
    )
    outcome = Code(("", *OUTCOMES), data_key="ausgang", load_default="", metadata={"label": "Ausgang"})

    @validates_schema
    def runs_forward(self, asked: dict[str, Any], **_: Any) -> None:
        if asked["first"] and asked["last"] and asked["last"] < asked["first"]:
            raise ValidationError("Der Zeitraum endet vor seinem Anfang.", "bis")
