"""Open a received referral: from this moment its content has been read."""

from __future__ import annotations

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral, received_for_update
from kim_referral.operations.tell_sender import tell_answer

UNOPENED = frozenset({"pending", "waiting_list"})


def open_referral(session: Session, act: Act, received_id: str) -> ReceivedReferral:
    """Note who opened it first and when; opening again changes nothing.

    Where the consent has run out since it came, nothing is shown: the content is dropped and the sender told. Raises NotFound.
    """
    received = received_for_update(session, received_id)
    if received.state not in UNOPENED or received.read_at is not None:
        return received
    if drop_if_expired(session, act, received):
        return received
    received.read_at = act.at
    received.read_by = act.actor.id
    session.flush()
    return received


def drop_if_expired(session: Session, act: Act, received: ReceivedReferral) -> bool:
    """Drop the content of an undecided referral whose consent has run out, and tell the sender. Returns whether it was so."""
    if received.state not in UNOPENED or received.consent_valid_to is None or act.today <= received.consent_valid_to:
        return False
    drop(session, act, received, "consent_expired")
    return True


def drop(session: Session, act: Act, received: ReceivedReferral, why: str) -> None:
    """Keep nothing of a referral its consent does not carry, and tell the sender why: a code of `DROPPED_FOR`."""
    received.erase(act.at)
    received.state = "dropped"
    received.ground = why
    tell_answer(session, act, received, "deleted")
