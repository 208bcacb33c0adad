"""Say what was done with a referral that was withdrawn after it had been read."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.model.entered import WITHDRAWAL_CONFIRMED
from kim_referral.model.received_referral import ReceivedReferral, received_for_update
from kim_referral.operations.tell_sender import tell_answer

# Why data may stay, restricted, though the consent is gone: Art. 17(3)(b) and (e), Art. 6(1) GDPR.
RESTRICTION_GROUNDS = ("retention_duty", "legal_claims", "own_contact")


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal:
    """`answer` is `deleted`, or `restricted` with its ground."""

    received_id: str
    answer: str = "deleted"
    ground: str | None = None


class ConfirmWithdrawalSchema(CommandSchema):
    command = ConfirmWithdrawal

    received_id = Id(required=True)
    answer = Code(("deleted", "restricted"), load_default="deleted", metadata={"label": "Was ist mit den Angaben geschehen"})
    ground = Code(RESTRICTION_GROUNDS, load_default=None, allow_none=True, metadata={"label": "Eingeschränkt, weil"})


def confirm_withdrawal(session: Session, act: Act, command: ConfirmWithdrawal) -> ReceivedReferral:
    """Delete what was received, or restrict it with a ground, and tell the sender.

    Where something came of it the data are kept there, so "deleted" would not be true.

    Raises NotFound, Refused `not_withdrawn`, `not_deleted`, `ground_missing`.
    """
    received = received_for_update(session, command.received_id)
    if received.state != "withdrawn":
        raise Refused("not_withdrawn", "Dieser Verweis wurde nicht zurückgezogen.")
    if received.withdrawal is not None:
        return received
    if command.answer == "deleted" and received.became_something:
        raise Refused(
            "not_deleted",
            "Aus diesem Verweis ist hier ein Fall oder eine Beratung entstanden, und die Angaben stehen dort weiter. "
            "Bitte „eingeschränkt“ und den Grund angeben.",
            "answer",
        )
    if command.answer == "restricted" and command.ground is None:
        raise Refused("ground_missing", "Bitte angeben, warum die Angaben nicht gelöscht werden.", "ground")
    if command.answer == "deleted":
        received.erase(act.at)
    received.withdrawal = command.answer
    received.withdrawal_answered_at = act.at
    session.add(Entered.in_act(act, WITHDRAWAL_CONFIRMED, received.id))
    received.ground = command.ground if command.answer == "restricted" else None
    give_reason(session, received.ground)
    tell_answer(session, act, received, command.answer)
    return received
