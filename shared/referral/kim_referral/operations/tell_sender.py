"""Tell the sender of a referral how it stands here.

An immigration office learns that what it sent is accepted, waits or is rejected, and whether what it withdrew is gone; never a day, a
reason or what became of the person (§ 87 AufenthG): that goes there by a referral of one's own, with consent, preview and typed word.
"""

from __future__ import annotations

from typing import Any

from kim_bus.outbox import emit
from kim_events.types.referral import OBJECTIONS
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.receivers import is_guarded

ANSWERED = "referral.answered.v1"
COMPLETED = "referral.completed.v1"


def tell_answer(session: Session, act: Act, received: ReceivedReferral, answer: str) -> None:
    """Emit the next version of the receiver's state as `referral.answered`."""
    received.version += 1
    session.flush()
    emit(
        session,
        act,
        ANSWERED,
        subject=received.referral_id,
        version=received.version,
        data=_answer(session, act, received, answer),
        to=received.sender,
    )


def tell_outcome(session: Session, act: Act, received: ReceivedReferral) -> None:
    """Emit the next version of the receiver's state as `referral.completed`: the answer stays part of it.

    An immigration office hears none.
    """
    if is_guarded(session, received.sender_organisation):
        return
    received.version += 1
    session.flush()
    data = {**_answer(session, act, received, "accepted"), "outcome": received.outcome, "completed_at": received.completed_at}
    emit(session, act, COMPLETED, subject=received.referral_id, version=received.version, data=data, to=received.sender)


def _answer(session: Session, act: Act, received: ReceivedReferral, answer: str) -> dict[str, Any]:
    about_withdrawal = answer in {"withdrawn_unread", "deleted", "restricted"}
    said = {"number": received.number, "answer": answer, "answered_at": act.at if about_withdrawal else received.answered_at or act.at}
    ground = received.ground
    if ground in OBJECTIONS:
        ground, said = None, {**said, "objection": ground}
    if is_guarded(session, received.sender_organisation):
        # What its own consent says and when it had run out it knows: it wrote that down.
        return {**said, "reason": None, "ground": ground if ground == "consent_expired" else None, "appointment": None}
    appointment = None if about_withdrawal else received.appointment
    return {**said, "reason": received.rejection, "ground": ground, "appointment": appointment}
