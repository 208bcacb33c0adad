"""Give cases to another case manager, and name who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Forbidden, Refused
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.entered import DEPUTIES
from kim_casework.model.standing import lets
from kim_casework.operations.choose_responsible import choose_responsible, not_about
from kim_casework.operations.find_case import open_case_to_change
from kim_casework.operations.record_change import record_change


@dataclass(frozen=True, slots=True)
class AssignCaseManager:
    """`deputies`: ids of colleagues who stand in (None: leave them as they are)."""

    case_id: str
    responsible: str
    deputies: tuple[str, ...] | None = None
    note: str = ""


class AssignCaseManagerSchema(CommandSchema):
    command = AssignCaseManager
    case_id = Id(required=True)
    responsible = Id(required=True, metadata={"label": "Zuständige Fallmanager_in"})
    deputies = fields.List(Id(), load_default=None, allow_none=True, metadata={"label": "Vertretung"})
    note = Text(load_default="", longest=500, metadata={"label": "Bemerkung"})


@dataclass(frozen=True, slots=True)
class ReassignCases:
    """Give several cases to one colleague at once."""

    case_ids: tuple[str, ...]
    responsible: str
    note: str = ""


class ReassignCasesSchema(CommandSchema):
    command = ReassignCases
    case_ids = fields.List(Id(), required=True, validate=validate.Length(min=1), metadata={"label": "Fälle"})
    responsible = Id(required=True, metadata={"label": "Neue Fallmanager_in"})
    note = Text(load_default="", longest=500, metadata={"label": "Bemerkung"})


def assign_case_manager(session: Session, act: Act, command: AssignCaseManager) -> Case:
    """Change who is responsible and who stands in; the history is kept.

    Raises Forbidden for anybody but a lead, NotFound, Refused `case_closed`, `not_introduced`, `not_assignable`, `not_this_colleague`,
    `not_to_oneself`.
    """
    _lead_only(session, act)
    case = open_case_to_change(session, act, command.case_id, "case.assign")
    _hand_over(session, act, case, command.responsible, command.note)
    if command.deputies is not None:
        _set_deputies(session, act, case, command.deputies)
    return case


def reassign_cases(session: Session, act: Act, command: ReassignCases) -> list[Case]:
    """Give all of them to one colleague, or none. Raises as `assign_case_manager` does."""
    _lead_only(session, act)
    cases = [open_case_to_change(session, act, case_id, "case.assign") for case_id in sorted(set(command.case_ids))]
    for case in cases:
        _hand_over(session, act, case, command.responsible, command.note)
    return cases


def _lead_only(session: Session, act: Act) -> None:
    if not lets(session, act, "case.assign"):
        raise Forbidden("lead_only", "Fälle verteilt die Leitung des Case Managements.")


def _hand_over(session: Session, act: Act, case: Case, responsible: str, note: str) -> None:
    if case.responsible == responsible:
        return
    member = choose_responsible(session, act, responsible)
    not_about(session, case, member)
    _not_to_oneself(session, act, case, member.id)
    case.give_to(member.id, act.today, act.actor.id, note)
    record_change(session, act, case, "manager", note=note)


def _not_to_oneself(session: Session, act: Act, case: Case, member: str, field: str = "responsible") -> None:
    """Who may give away a case without seeing it would else open it by that, without the reason an emergency asks for."""
    if member == act.actor.id and not lets(session, act, "case.list", case):
        raise Refused(
            "not_to_oneself",
            "Diese geschützte Akte sehen Sie nicht: Bitte jemand anderen wählen. Im Notfall führt „Notzugriff“ hinein, mit einem Grund.",
            field,
        )


def _set_deputies(session: Session, act: Act, case: Case, wanted: Sequence[str]) -> None:
    if case.responsible in wanted:
        raise Refused("deputy_is_responsible", "Wer zuständig ist, vertritt sich nicht selbst.", "deputies")
    for member in set(wanted) - set(case.deputies):
        not_about(session, case, choose_responsible(session, act, member, "deputies"), "deputies")
        _not_to_oneself(session, act, case, member, "deputies")
    if set(wanted) != set(case.deputies):
        session.add(Entered.in_act(act, DEPUTIES, case.id))
    case.set_deputies(wanted, act.today, act.actor.id)
    session.flush()
