"""Open a person's record that is closed to one, in an emergency and with a reason (Notzugriff)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kim_events.fields import Text
from kim_protection import operations as protection
from kim_protection.commands import EmergencySchema
from kim_runtime.act import Act
from kim_runtime.guesses import by_code
from kim_runtime.refusal import NotFound, Refused
from marshmallow import Schema
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, client_of_code, id_of_code
from kim_intake.model.protection import LOCKS, EmergencyAccess
from kim_intake.model.sight import lets


@dataclass(frozen=True, slots=True)
class OpenRecordInEmergency:
    """`code` is the return code: who has it before them has the person before them."""

    code: str
    reason: str


class _Named(Schema):
    code = Text(required=True, shortest=1, longest=20, metadata={"label": "Rückkehrcode", "autocomplete": "off"})


class OpenRecordInEmergencySchema(EmergencySchema, _Named):
    command = OpenRecordInEmergency


def open_in_emergency(session: Session, act: Act, command: OpenRecordInEmergency) -> EmergencyAccess:
    """The record may be seen by this person for a while, by its address; nothing more. Opening it again gives a new reason and a new while.

    Raises NotFound, Refused `visible_already`.
    """

    def find() -> Client | None:
        found = client_of_code(session, command.code)
        return found if found and any(lets(session, act, one, found) for one in ("client.list", "client.open_in_emergency")) else None

    person = by_code(session, "clients", find, "code")
    if person is None:
        raise _not_found()
    if lets(session, act, "client.list", person):
        raise Refused("visible_already", "Diese Akte dürfen Sie ohnehin sehen: unter „Person suchen“.", "code")
    return protection.open_for_a_while(session, act, LOCKS, person.id, command.reason)


def _not_found() -> NotFound:
    return NotFound("unknown_code", "Diesen Rückkehrcode gibt es hier nicht.")


OPENING: Final = protection.Opening(
    action="client.open_in_emergency",
    things="clients",
    locks=LOCKS,
    schema=OpenRecordInEmergencySchema,
    operation=open_in_emergency,
    named_by="code",
    id_of=id_of_code,
)
