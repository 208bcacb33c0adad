"""A receiver has answered a referral sent from here."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.model.referral import Referral, referral_for_update

# The receiver's answers to a withdrawal, and what the sender's list then says.
WITHDRAWAL_ANSWERS = {"withdrawn_unread": "unread", "deleted": "deleted", "restricted": "restricted"}


def referral_answered(session: Session, act: Act, event: Received) -> None:
    referral = answered_referral(session, event)
    take_answer(referral, event)
    session.flush()


def answered_referral(session: Session, event: Received) -> Referral:
    """The referral the event answers, under its row lock. Anybody's but the receiver's answer is parked."""
    referral = referral_for_update(session, event.subject)
    if referral is None or referral.receiver_mailbox != event.mailbox:
        raise Refused("not_its_receiver", "Diese Antwort kommt nicht von der Stelle, an die der Verweis ging.")
    return referral


def take_answer(referral: Referral, event: Received) -> None:
    answer = event.data["answer"]
    if referral.state == "withdrawn":
        # A decision that crossed the withdrawal on its way changes nothing any more; what was done with the content does.
        if answer in WITHDRAWAL_ANSWERS:
            referral.withdrawal = WITHDRAWAL_ANSWERS[answer]
            referral.withdrawal_answered_at = event.data["answered_at"]
            referral.ground = event.data["ground"]
        return
    referral.answered_at = event.data["answered_at"]
    if answer == "waiting_list":
        referral.waiting_list_at = referral.answered_at
    referral.answered_how = "bus"
    referral.answer_said_by = ""
    referral.rejection = event.data["reason"]
    referral.appointment = event.data["appointment"]
    referral.ground = event.data.get("objection") or event.data["ground"]
    # Deleted without a withdrawal: the consent did not carry it, or had run out before it was read. It is back here to be decided anew.
    new_state = "rejected" if answer in WITHDRAWAL_ANSWERS else answer
    if not (referral.state == "completed" and new_state == "accepted"):  # that the person arrived was already learned by telephone
        referral.state = new_state
