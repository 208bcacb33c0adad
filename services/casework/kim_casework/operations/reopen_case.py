"""Open a closed case again: one sentence, the same number."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.staff import Assignability
from kim_casework.operations.choose_responsible import choose_responsible, not_about
from kim_casework.operations.find_case import case_to_change
from kim_casework.operations.record_change import record_change


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """`sentence` says why; `responsible` who takes it (empty: who had it, or who acts where that one may no longer have cases)."""

    case_id: str
    sentence: str
    responsible: str = ""


class ReopenCaseSchema(CommandSchema):
    command = ReopenCase
    case_id = Id(required=True)
    sentence = Text(
        required=True, shortest=5, longest=500, metadata={"label": "Warum wird der Fall wieder geöffnet?", "hint": "Ein Satz genügt"}
    )
    responsible = Text(load_default="", longest=64, metadata={"label": "Zuständige Fallmanager_in"})


def reopen_case(session: Session, act: Act, command: ReopenCase) -> Case:
    """The case goes on in the phase it was in; the day of deletion is gone. An open case is left as it is.

    Raises NotFound, Refused `not_introduced`, `not_assignable`, `not_this_colleague`.
    """
    case = case_to_change(session, act, command.case_id)
    if case.is_open:
        return case
    wanted = command.responsible
    if not wanted and Assignability(session).may_take_cases(case.responsible, act.today):
        wanted = case.responsible
    member = choose_responsible(session, act, wanted)
    if member.id != case.responsible:
        not_about(session, case, member)
        case.give_to(member.id, act.today, act.actor.id, command.sentence)
    case.state, case.closed_on, case.closing_reason, case.handed_over_to = "open", None, None, ""
    record_change(session, act, case, "reopened", note=command.sentence)
    return case
