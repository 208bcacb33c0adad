"""Say what became of an accepted referral: did the person arrive?"""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id
from kim_events.types.referral import OUTCOMES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.model.entered import COMPLETED
from kim_referral.model.received_referral import ReceivedReferral, received_for_update
from kim_referral.operations.tell_sender import tell_outcome


@dataclass(frozen=True, slots=True)
class CompleteReferral:
    received_id: str
    outcome: str = "arrived"


class CompleteReferralSchema(CommandSchema):
    command = CompleteReferral

    received_id = Id(required=True)
    outcome = Code(OUTCOMES, load_default="arrived", metadata={"label": "Was wurde daraus"})


def complete_referral(session: Session, act: Act, command: CompleteReferral) -> ReceivedReferral:
    """Finish an accepted referral and tell the sender the outcome. Raises NotFound, Refused `not_accepted`."""
    received = received_for_update(session, command.received_id)
    if received.state == "completed" and received.outcome == command.outcome:
        return received
    if received.state != "accepted":
        raise Refused("not_accepted", "Nur ein angenommener Verweis lässt sich abschließen.")
    received.state = "completed"
    received.outcome = command.outcome
    received.completed_at = act.at
    session.add(Entered.in_act(act, COMPLETED, received.id))
    tell_outcome(session, act, received)
    return received
