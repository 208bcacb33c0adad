"""A sender takes a referral back: what has not been read is never shown, what has been read must be answered."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.clock import local_day
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import NOTHING, ReceivedReferral, received_from
from kim_referral.operations.tell_sender import tell_answer


def referral_withdrawn(session: Session, act: Act, event: Received) -> None:
    received = received_from(session, event.mailbox, event.subject)
    if received is None:
        received = _unknown_so_far(session, act, event)
    elif received.state == "withdrawn":
        return
    had_content = received.erased_at is None
    received.state = "withdrawn"
    received.withdrawn_at = event.data["withdrawn_at"]
    received.withdrawal_reason = event.data["reason"]
    if received.read_at is None:
        received.erase(act.at)
        received.withdrawal = "unread"
        received.withdrawal_answered_at = act.at
        tell_answer(session, act, received, "withdrawn_unread")
    elif not had_content:
        received.withdrawal = "deleted"
        received.withdrawal_answered_at = act.at
        tell_answer(session, act, received, "deleted")
    session.flush()


def _unknown_so_far(session: Session, act: Act, event: Received) -> ReceivedReferral:
    """The withdrawal overtook its offer: a row without content, which the offer will find when it comes."""
    received = ReceivedReferral(
        id=new_id(),
        sender=event.mailbox,
        referral_id=event.subject,
        number=event.data["number"],
        desk="",
        received_at=act.at,
        received_on=local_day(act.at),
        consent_categories=[],
        dropped_categories=[],
        version=0,
        state="pending",
    )
    received.content = NOTHING
    session.add(received)
    session.flush()
    return received
