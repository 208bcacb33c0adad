"""Take a referral back."""

from __future__ import annotations

from dataclasses import dataclass

from kim_bus.outbox import emit, take_back
from kim_events.fields import Code, Id
from kim_events.types.referral import WITHDRAWAL_REASONS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.reason import give_reason
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy.orm import Session

from kim_referral.model.entered import WITHDRAWAL
from kim_referral.model.referral import Referral, referral_for_update
from kim_referral.operations.receivers import OFFERED

WITHDRAWN = "referral.withdrawn.v1"
BY_HAND = tuple(reason for reason in WITHDRAWAL_REASONS if reason != "consent_revoked")


@dataclass(frozen=True, slots=True)
class WithdrawReferral:
    referral_id: str
    reason: str = "sent_by_mistake"


class WithdrawReferralSchema(CommandSchema):
    command = WithdrawReferral

    referral_id = Id(required=True)
    reason = Code(BY_HAND, load_default="sent_by_mistake", metadata={"label": "Warum zurückziehen"})


def withdraw_referral(session: Session, act: Act, command: WithdrawReferral) -> Referral:
    """Withdraw by hand; withdrawing twice changes nothing. Raises NotFound, Refused `already_closed`."""
    give_reason(session, command.reason)
    referral = referral_for_update(session, command.referral_id)
    if referral is None:
        raise NotFound("referral_unknown", "Diesen Verweis gibt es nicht.")
    if referral.state in {"rejected", "completed"}:
        raise Refused("already_closed", "Dieser Verweis ist schon abgeschlossen und lässt sich nicht mehr zurückziehen.")
    if referral.state != "withdrawn":
        session.add(Entered.in_act(act, WITHDRAWAL, referral.id))
    return withdraw(session, act, referral, command.reason)


def withdraw(session: Session, act: Act, referral: Referral, reason: str) -> Referral:
    """Stop one referral, under its row lock: what has not left the house never leaves it; a mailbox is told a higher version.

    `referral.withdrawal` then says how far that is: `taken_back` (never left), `nothing_told` (slip), `under_way` (mailbox not yet
    answered), `to_be_destroyed` (letter: confirmation open).
    """
    if referral.state == "withdrawn":
        return referral
    referral.state = "withdrawn"
    referral.withdrawn_at = act.at
    referral.withdrawal_reason = reason
    referral.version += 1
    if referral.channel == "slip":
        referral.withdrawal = "nothing_told"
    elif referral.channel == "letter":
        referral.withdrawal = "to_be_destroyed"
    elif take_back(session, referral.id, OFFERED):
        referral.withdrawal = "taken_back"
    else:
        referral.withdrawal = "under_way"
        emit(
            session,
            act,
            WITHDRAWN,
            subject=referral.id,
            version=referral.version,
            data={"number": referral.number, "withdrawn_at": act.at, "reason": reason},
            to=referral.receiver_mailbox,
        )
    session.flush()
    return referral
