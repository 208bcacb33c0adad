"""Open a case that is closed to one, in an emergency and with a reason (Notzugriff)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kim_events.fields import Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, case_facts
from kim_casework.model.protection import EmergencyAccess
from kim_casework.operations.find_case import not_found
from kim_casework.rules.permissions import may_do
from kim_casework.rules.protection import EMERGENCY_MINUTES, SHORTEST_REASON


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


def emergency_minutes(session: Session) -> int:
    """How long an opening lasts in this house."""
    return int(session.info.get("emergency_minutes", EMERGENCY_MINUTES))


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
    opened = EmergencyAccess(
        id=new_id(), case_id=case.id, actor=act.actor.id, actor_name=act.actor.name, reason=command.reason, opened_at=act.at,
        ends_at=act.at + timedelta(minutes=emergency_minutes(session)),
    )  # fmt: skip
    session.add(opened)
    session.flush()
    return opened
