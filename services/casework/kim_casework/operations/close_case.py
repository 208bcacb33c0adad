"""Close a case with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.operations.find_case import case_to_change
from kim_casework.operations.record_change import record_change
from kim_casework.rules.closing import CLOSING_REASONS, HANDED_OVER


@dataclass(frozen=True, slots=True)
class CloseCase:
    """`reason` is a code of CLOSING_REASONS; `handed_over_to` says to whom where it was handed over."""

    case_id: str
    reason: str
    note: str = ""
    handed_over_to: str = ""


class CloseCaseSchema(CommandSchema):
    command = CloseCase
    case_id = Id(required=True)
    reason = Code(CLOSING_REASONS, required=True, metadata={"label": "Grund"})
    handed_over_to = Text(load_default="", longest=200, metadata={"label": "Übergeben an", "hint": "Nur bei Übergabe: welche Stelle"})
    note = Text(load_default="", longest=2000, metadata={"label": "Bemerkung"})


def close_case(session: Session, act: Act, command: CloseCase) -> Case:
    """Raises NotFound, Refused `handed_over_to_whom`, `closed_otherwise`. Closing again for the same reason changes nothing."""
    give_reason(session, command.reason)
    case = case_to_change(session, act, command.case_id)
    if not case.is_open:
        if case.closing_reason == command.reason:
            return case
        raise Refused("closed_otherwise", "Der Fall {number} ist schon geschlossen.", number=case.number)
    if command.reason == HANDED_OVER and not command.handed_over_to:
        raise Refused("handed_over_to_whom", "Bitte sagen, an wen der Fall übergeben wurde.", "handed_over_to")
    case.state, case.closed_on, case.closing_reason = "closed", act.today, command.reason
    case.handed_over_to = command.handed_over_to if command.reason == HANDED_OVER else ""
    record_change(session, act, case, "closed", reason=command.reason, note=command.note)
    return case
