"""Tick off a next step."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_casework.model.contact import NextStep
from kim_casework.operations.find_case import case_to_change


@dataclass(frozen=True, slots=True)
class FinishStep:
    step_id: str


class FinishStepSchema(CommandSchema):
    command = FinishStep
    step_id = Id(required=True)


def finish_step(session: Session, act: Act, command: FinishStep) -> NextStep:
    """Raises NotFound. What is done stays done: a second time keeps the first day and name."""
    step = session.get(NextStep, command.step_id)
    if step is None:
        raise NotFound("step_not_found", "Diesen Schritt gibt es nicht.")
    case_to_change(session, act, step.case_id)
    if step.done_on is None:
        step.done_on, step.done_by = act.today, act.actor.id
        session.flush()
    return step
