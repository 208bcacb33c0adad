"""Set up a legal employer, or bring it up to date: names, offices, council, closing days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from marshmallow import Schema, fields, post_load
from sqlalchemy.orm import Session

from kim_staffing.model.employer import COUNCILS, ClosingDays, Employer, EmployerName, EmployerOffice
from kim_staffing.model.entered import EMPLOYER
from kim_staffing.rules.fte import STEP


@dataclass(frozen=True, slots=True)
class SetUpEmployer:
    """`names`: (from which day, name). `closed`: (first, last day). `offices`: ids of bodies that are this employer in law."""

    id: str
    names: tuple[tuple[date, str], ...]
    own: bool = False
    council: str = ""
    offices: tuple[str, ...] = ()
    closed: tuple[tuple[date, date], ...] = ()
    share_step: Decimal = STEP


class _NameSchema(Schema):
    valid_from = Day(required=True)
    text = Text(required=True, shortest=1)

    @post_load
    def pair(self, data: dict[str, object], **_: object) -> tuple[object, object]:
        return data["valid_from"], data["text"]


class _SpanSchema(Schema):
    first = Day(required=True)
    last = Day(required=True)

    @post_load
    def pair(self, data: dict[str, object], **_: object) -> tuple[object, object]:
        return data["first"], data["last"]


class SetUpEmployerSchema(CommandSchema):
    command = SetUpEmployer
    id = Id(required=True)
    names = fields.List(fields.Nested(_NameSchema), required=True)
    own = fields.Boolean(load_default=False)
    council = Code(COUNCILS, load_default="")
    offices = fields.List(Id(), load_default=())
    closed = fields.List(fields.Nested(_SpanSchema), load_default=())
    share_step = Fte(load_default=STEP)


def set_up_employer(session: Session, act: Act, command: SetUpEmployer) -> Employer:
    """Raises Refused: name_missing, days_turned, step_zero. Names and closing days are replaced as a whole; set up again the same way,
    nothing changes.
    """
    if not command.names:
        raise Refused("name_missing", "Ein Arbeitgeber braucht einen Namen mit dem Tag, ab dem er ihn trägt.", "names")
    if any(last < first for first, last in command.closed):
        raise Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", "closed")
    if command.share_step <= 0:
        raise Refused("step_zero", "Der kleinste Stellenanteil ist größer als 0.", "share_step")
    employer = session.get(Employer, command.id)
    if employer is None:
        employer = Employer(
            id=command.id, own=command.own, council=command.council, share_step=command.share_step, names=[], offices=[], closed=[]
        )
        session.add(employer)
    employer.own, employer.council, employer.share_step = command.own, command.council, command.share_step
    _replace(session, employer, command)
    session.add(Entered.in_act(act, EMPLOYER, employer.id))
    session.flush()
    return employer


def _replace(session: Session, employer: Employer, command: SetUpEmployer) -> None:
    for rows in (employer.names, employer.offices, employer.closed):
        rows.clear()
    session.flush()
    employer.names = [EmployerName(employer_id=employer.id, valid_from=day, text=text) for day, text in sorted(command.names)]
    employer.offices = [EmployerOffice(office=office, employer_id=employer.id) for office in sorted(command.offices)]
    employer.closed = [ClosingDays(employer_id=employer.id, first=first, last=last) for first, last in sorted(command.closed)]
