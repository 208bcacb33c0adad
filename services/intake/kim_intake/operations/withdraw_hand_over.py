"""Take a hand-over back while nobody has taken it: it was the wrong body, or the family went home."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.hand_over import HandOver
from kim_intake.operations.find_at_site import hand_over_for


@dataclass(frozen=True, slots=True)
class WithdrawHandOver:
    hand_over_id: str


class WithdrawHandOverSchema(CommandSchema):
    command = WithdrawHandOver
    hand_over_id = Id(required=True)


def withdraw_hand_over(session: Session, act: Act, command: WithdrawHandOver) -> HandOver:
    """Nobody waits for the family any more. Raises Refused when it was taken or answered meanwhile, NotFound."""
    withdrawn = hand_over_for(session, act, command.hand_over_id, "hand_over.make")
    if withdrawn.state == "withdrawn":
        return withdrawn
    if not withdrawn.is_open:
        raise Refused("already_answered", "Zurücknehmen geht nicht mehr: die Weitergabe ist schon beantwortet.")
    withdrawn.state, withdrawn.answered_at, withdrawn.answered_by = "withdrawn", act.at, act.actor.id
    session.flush()
    return withdrawn
