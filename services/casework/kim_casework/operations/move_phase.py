"""Move a case to another phase."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_events.types.case import PHASES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.operations.find_case import open_case_to_change
from kim_casework.operations.record_change import record_change
from kim_casework.rules.phases import Move, move


@dataclass(frozen=True, slots=True)
class MovePhase:
    """`phase` is a code of PHASES; a step back needs a sentence in `note`."""

    case_id: str
    phase: str
    note: str = ""


class MovePhaseSchema(CommandSchema):
    command = MovePhase
    case_id = Id(required=True)
    phase = Code(PHASES, required=True, metadata={"label": "Neue Phase"})
    note = Text(load_default="", longest=500, metadata={"label": "Bemerkung", "hint": "Nötig, wenn eine Phase zurückgenommen wird"})


def move_phase(session: Session, act: Act, command: MovePhase) -> Case:
    """Raises NotFound, Refused `case_closed`, `phase_not_next`, `step_back_in_words`. A move to where it is changes nothing."""
    case = open_case_to_change(session, act, command.case_id)
    kind = move(case.phase, command.phase)
    if kind is Move.NONE:
        return case
    if kind is Move.NOT_ALLOWED:
        raise Refused(
            "phase_not_next",
            "Diese Phase kommt noch nicht: Phasen folgen aufeinander, und aus dem Monitoring geht es auch zurück ins Assessment.",
            "phase",
        )
    if kind is Move.STEP_BACK and not command.note:
        raise Refused("step_back_in_words", "Bitte in einem Satz sagen, warum die Phase zurückgenommen wird.", "note")
    case.phase = command.phase
    record_change(session, act, case, "phase", note=command.note)
    return case
