"""A receiver tells what became of a person referred from here."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.reactions.referral_answered import answered_referral, take_answer


def referral_completed(session: Session, act: Act, event: Received) -> None:
    referral = answered_referral(session, event)
    take_answer(referral, event)
    if referral.state != "withdrawn":
        referral.state = "completed"
        referral.outcome = event.data["outcome"]
        referral.completed_at = event.data["completed_at"]
    session.flush()
