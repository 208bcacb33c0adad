"""Tick off a next step."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.contact import NextStep
from kim_casework.model.standing import lets


@dataclass(frozen=True, slots=True)
class FinishStep:
    step_id: str


class FinishStepSchema(CommandSchema):
    command = FinishStep
    step_id = Id(required=True)


def no_step() -> NotFound:
    return NotFound("step_not_found", "Diesen Schritt gibt es nicht, oder er gehört zu einem Fall, den andere führen.")


def finish_step(session: Session, act: Act, command: FinishStep) -> NextStep:
    """Tick the step off. Raises NotFound. What is done stays done: a second time keeps the first day and name."""
    step = session.get(NextStep, command.step_id)
    case = locked(session, Case, step.case_id) if step else None
    if step is None or case is None or not lets(session, act, "case.work", case):  # of a colleague's step nobody learns that there is one
        raise no_step()
    if step.done_on is None:
        step.done_on, step.done_by, step.done_at = act.today, act.actor.id, act.at
        session.flush()
    return step
