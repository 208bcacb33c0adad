"""Open a case that is closed to one, in an emergency and with a reason (Notzugriff)."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Text
from kim_protection import operations as protection
from kim_protection.rules import SHORTEST_REASON
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, case_facts
from kim_casework.model.protection import LOCKS, EmergencyAccess
from kim_casework.operations.find_case import not_found
from kim_casework.rules.permissions import may_do


@dataclass(frozen=True, slots=True)
class OpenInEmergency:
    number: str
    reason: str


class OpenInEmergencySchema(CommandSchema):
    command = OpenInEmergency
    number = Text(required=True, shortest=1, longest=20, metadata={"label": "Nummer des Falls"})
    reason = Text(
        required=True, shortest=SHORTEST_REASON, longest=500,
        metadata={"label": "Warum gerade jetzt", "hint": "In einem Satz, ohne Namen. Wer den Fall führt, liest ihn, und die Prüfung auch."},
    )  # fmt: skip


def open_in_emergency(session: Session, act: Act, command: OpenInEmergency) -> EmergencyAccess:
    """The case may be seen by this person for a while; nothing more. Raises NotFound, Refused `visible_already`."""
    case = session.scalars(select(Case).where(Case.number == command.number.strip())).one_or_none()
    if case is None:
        raise not_found()
    facts = case_facts(session, act, case)
    if may_do(act.actor, "case.see", facts):
        raise Refused("visible_already", "Diese Akte dürfen Sie ohnehin sehen: unter „Fälle“.", "number")
    if not may_do(act.actor, "case.open_in_emergency", facts):
        raise not_found()
    return protection.open_for_a_while(session, act, LOCKS, case.id, command.reason)
