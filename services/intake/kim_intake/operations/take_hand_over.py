"""Take a family that waits: from now on it is gone from the other desks, and the sender sees when."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.clock import BERLIN
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.hand_over import HandOver
from kim_intake.operations.find_at_site import hand_over_for


@dataclass(frozen=True, slots=True)
class TakeHandOver:
    hand_over_id: str


class TakeHandOverSchema(CommandSchema):
    command = TakeHandOver
    hand_over_id = Id(required=True)


def take_hand_over(session: Session, act: Act, command: TakeHandOver) -> HandOver:
    """Take it, once: two desks at the same moment, and the second is told when it went. Raises Refused, NotFound."""
    taken = hand_over_for(session, act, command.hand_over_id, "hand_over.take")
    if taken.state == "taken" and taken.answered_by == act.actor.id:
        return taken
    if taken.state == "taken":
        assert taken.answered_at is not None
        at = taken.answered_at.astimezone(BERLIN)
        raise Refused("already_taken", "Schon angenommen um {time} Uhr.", time=f"{at:%H:%M}")
    if taken.state != "waiting":
        raise Refused("not_waiting", "Diese Familie wartet nicht mehr.")
    taken.state, taken.answered_at, taken.answered_by = "taken", act.at, act.actor.id
    session.flush()
    return taken
