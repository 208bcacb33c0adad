"""Answer a received referral: accepted, waiting list, or rejected with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Code, Day, Id
from kim_events.types.referral import REJECTION_REASONS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral, received_for_update
from kim_referral.operations.tell_sender import tell_answer

DECISIONS = ("accepted", "waiting_list", "rejected")


@dataclass(frozen=True, slots=True)
class AnswerReferral:
    """`reason` is needed to reject. `about_kind` and `about_id` name what it becomes here (a case, a consultation), if known already."""

    received_id: str
    answer: str = "accepted"
    reason: str | None = None
    appointment: date | None = None
    about_kind: str | None = None
    about_id: str | None = None


class AnswerReferralSchema(CommandSchema):
    command = AnswerReferral

    received_id = Id(required=True)
    answer = Code(DECISIONS, load_default="accepted", metadata={"label": "Antwort"})
    reason = Code(REJECTION_REASONS, load_default=None, allow_none=True, metadata={"label": "Grund der Ablehnung"})
    appointment = Day(load_default=None, allow_none=True, metadata={"label": "Erstgespräch am", "lies": "ahead"})
    about_kind = Id(load_default=None, allow_none=True)
    about_id = Id(load_default=None, allow_none=True)


def answer_referral(session: Session, act: Act, command: AnswerReferral) -> ReceivedReferral:
    """Decide and tell the sender; the same answer a second time changes nothing.

    A rejected referral keeps nothing of the person here: without the task there is no ground to (Art. 5(1)(c), (e) GDPR).

    Raises NotFound, Refused `withdrawn`, `consent_expired`, `already_answered`, `reason_missing`.
    """
    received = received_for_update(session, command.received_id)
    if received.state == "withdrawn":
        raise Refused("withdrawn", "Dieser Verweis wurde zurückgezogen; er lässt sich nicht mehr beantworten.")
    if received.state == command.answer:
        return received
    if received.state not in {"pending", "waiting_list"}:
        raise Refused("already_answered", "Dieser Verweis ist schon beantwortet.")
    if command.answer == "rejected":
        if command.reason is None:
            raise Refused("reason_missing", "Bitte einen Grund ankreuzen: die absendende Stelle muss neu entscheiden.", "reason")
        received.erase(act.at)
    elif received.consent_valid_to is not None and act.today > received.consent_valid_to:
        raise Refused(
            "consent_expired",
            "Die Einwilligung galt bis {valid_to}; der Verweis kann nicht mehr angenommen werden.",
            valid_to=received.consent_valid_to,
        )
    else:
        received.read_at = received.read_at or act.at
        received.read_by = received.read_by or act.actor.id
    received.state = command.answer
    received.rejection = command.reason if command.answer == "rejected" else None
    give_reason(session, received.rejection)
    received.appointment = command.appointment if command.answer != "rejected" else None
    received.about_kind = command.about_kind or received.about_kind
    received.about_id = command.about_id or received.about_id
    received.answered_at = act.at
    received.waiting_list_at = act.at if command.answer == "waiting_list" else received.waiting_list_at
    received.answered_by = act.actor.id
    tell_answer(session, act, received, command.answer)
    return received
