"""Open a case that is closed to one, in an emergency and with a reason (Notzugriff)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kim_events.fields import Text
from kim_protection import operations as protection
from kim_protection.commands import EmergencySchema
from kim_runtime.act import Act
from kim_runtime.refusal import NotFound, Refused
from marshmallow import Schema
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, id_of_number
from kim_casework.model.protection import LOCKS, EmergencyAccess
from kim_casework.model.standing import lets


@dataclass(frozen=True, slots=True)
class OpenInEmergency:
    number: str
    reason: str


class _Named(Schema):
    number = Text(required=True, shortest=1, longest=20, metadata={"label": "Nummer des Falls"})


class OpenInEmergencySchema(EmergencySchema, _Named):
    command = OpenInEmergency


def open_in_emergency(session: Session, act: Act, command: OpenInEmergency) -> EmergencyAccess:
    """The case may be seen by this person for a while, by its address; nothing more. Opening it again gives a new reason and a new while.

    Raises NotFound, Refused `visible_already`.
    """
    case_id = id_of_number(session, command.number)
    case = session.get(Case, case_id) if case_id else None
    if case is None:
        raise _none_to_open()
    if lets(session, act, "case.list", case):
        raise Refused("visible_already", "Diese Akte dürfen Sie ohnehin sehen: unter „Fälle“.", "number")
    if not lets(session, act, "case.open_in_emergency", case):
        raise _none_to_open()
    return protection.open_for_a_while(session, act, LOCKS, case.id, command.reason)


def _none_to_open() -> NotFound:
    """The same words for a case there is not and for one that is closed to this person even now."""
    return NotFound(
        "case_not_found",
        "Unter dieser Nummer können Sie keine Akte öffnen. Bitte die Nummer prüfen, sonst die Leitung des Case Managements fragen.",
    )


OPENING: Final = protection.Opening(
    action="case.open_in_emergency",
    things="cases",
    locks=LOCKS,
    schema=OpenInEmergencySchema,
    operation=open_in_emergency,
    named_by="number",
    id_of=id_of_number,
)
