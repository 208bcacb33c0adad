"""Arrange an employer on its page: what it is called from when, who has a say there, and on which days its house is closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.refusal import Refused
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_staffing.model.employer import COUNCILS, Employer, EmployerOffice, employer_by_id
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer
from kim_staffing.rules.fte import STEP

LONGEST_ID = 40  # what the columns have room for
AN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")  # as `kim_events.fields.Id` has it


@dataclass(frozen=True, slots=True)
class NameEmployer:
    """`employer` is its id. `name` holds from `valid_from` on; earlier names stay.

    `offices`: ids of bodies that are this employer in law, with commas.
    """

    employer: str
    name: str
    valid_from: date
    own: bool = False
    council: str = ""
    share_step: Decimal = STEP
    offices: str = ""


class NameEmployerSchema(CommandSchema):
    command = NameEmployer
    employer = Id(required=True, metadata={"label": "Kennung", "hint": "wie im Verzeichnis der Organisationen: caritas-eifel"})
    name = Text(required=True, shortest=1, longest=200, metadata={"label": "Name"})
    valid_from = Day(required=True, metadata={"label": "So heißt er ab"})
    own = fields.Boolean(load_default=False, metadata={"label": "Eigenes Personal: Verträge und Namen werden hier geführt"})
    council = Code(COUNCILS, load_default="", metadata={"label": "Mitbestimmung"})
    share_step = Fte(load_default=STEP, metadata={"label": "Kleinster Stellenanteil"})
    offices = Text(
        load_default="", longest=400, metadata={"label": "Ämter desselben Arbeitgebers", "hint": "Kennungen mit Komma: a46, auslaenderamt"}
    )


@dataclass(frozen=True, slots=True)
class CloseHouse:
    """Closed from `first` to `last`, both days included."""

    employer: str
    first: date
    last: date


class CloseHouseSchema(CommandSchema):
    command = CloseHouse
    employer = Id(required=True)
    first = Day(required=True, metadata={"label": "Geschlossen ab"})
    last = Day(required=True, metadata={"label": "Bis einschließlich"})


@dataclass(frozen=True, slots=True)
class OpenHouse:
    """Takes back the closing days that begin on `first`."""

    employer: str
    first: date


class OpenHouseSchema(CommandSchema):
    command = OpenHouse
    employer = Id(required=True)
    first = Day(required=True)


def name_employer(session: Session, act: Act, command: NameEmployer) -> Employer:
    """Make an employer, or bring it up to date. Raises Refused `office_taken`, `id_too_long`, `no_id` and what `set_up_employer` raises."""
    known = locked(session, Employer, command.employer)
    names = dict(_names(known)) | {command.valid_from: command.name}
    offices = tuple(dict.fromkeys(office for part in command.offices.split(",") if (office := part.strip())))
    if len(command.employer) > LONGEST_ID:
        raise Refused("id_too_long", "Höchstens {n} Zeichen.", "employer", n=LONGEST_ID)
    for office in offices:
        if len(office) > LONGEST_ID:
            raise Refused("id_too_long", "Höchstens {n} Zeichen.", "offices", n=LONGEST_ID)
        if not AN_ID.fullmatch(office):
            raise Refused("no_id", "Das ist keine Kennung.", "offices")
        taken = session.get(EmployerOffice, office)
        if taken is not None and taken.employer_id != command.employer:
            raise Refused("office_taken", "{office} gehört schon zu einem anderen Arbeitgeber.", "offices", office=office)
    return set_up_employer(
        session,
        act,
        SetUpEmployer(
            command.employer,
            tuple(sorted(names.items())),
            command.own,
            command.council,
            offices,
            _closed(known),
            command.share_step,
        ),
    )


def close_house(session: Session, act: Act, command: CloseHouse) -> Employer:
    """Its house is closed on these days, which count as no working days. Raises NotFound `employer_unknown`, Refused `days_turned`."""
    known = locked(session, Employer, command.employer) or employer_by_id(session, command.employer)
    if command.last < command.first:
        raise Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", "last")
    return _with_closed(session, act, known, dict(_closed(known)) | {command.first: command.last})


def open_house(session: Session, act: Act, command: OpenHouse) -> Employer:
    """Take back the closing days that begin on a day; without any nothing changes. Raises NotFound `employer_unknown`."""
    known = locked(session, Employer, command.employer) or employer_by_id(session, command.employer)
    return _with_closed(session, act, known, {first: last for first, last in _closed(known) if first != command.first})


def _with_closed(session: Session, act: Act, known: Employer, closed: dict[date, date]) -> Employer:
    offices = tuple(one.office for one in known.offices)
    return set_up_employer(
        session,
        act,
        SetUpEmployer(known.id, _names(known), known.own, known.council, offices, tuple(sorted(closed.items())), known.share_step),
    )


def _names(known: Employer | None) -> tuple[tuple[date, str], ...]:
    return tuple((one.valid_from, one.text) for one in known.names) if known else ()


def _closed(known: Employer | None) -> tuple[tuple[date, date], ...]:
    return tuple((one.first, one.last) for one in known.closed) if known else ()
