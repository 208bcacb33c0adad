"""Tell the sender of a referral how it stands here."""

from __future__ import annotations

from typing import Any

from kim_bus.outbox import emit
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral

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
        data=_answer(act, received, answer),
        to=received.sender,
    )


def tell_outcome(session: Session, act: Act, received: ReceivedReferral) -> None:
    """Emit the next version of the receiver's state as `referral.completed`: the answer stays part of it."""
    received.version += 1
    session.flush()
    data = {**_answer(act, received, "accepted"), "outcome": received.outcome, "completed_at": received.completed_at}
    emit(session, act, COMPLETED, subject=received.referral_id, version=received.version, data=data, to=received.sender)


def _answer(act: Act, received: ReceivedReferral, answer: str) -> dict[str, Any]:
    about_withdrawal = answer in {"withdrawn_unread", "deleted", "restricted"}
    return {
        "number": received.number,
        "answer": answer,
        "reason": received.rejection,
        "ground": received.ground,
        "answered_at": act.at if about_withdrawal else received.answered_at or act.at,
        "appointment": None if about_withdrawal else received.appointment,
    }
