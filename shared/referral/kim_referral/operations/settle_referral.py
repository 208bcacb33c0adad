"""Say that a rejected or expired referral has been decided anew: sent elsewhere, or not needed any more."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy.orm import Session

from kim_referral.model.entered import SETTLED
from kim_referral.model.referral import Referral, referral_for_update

TO_BE_SETTLED = frozenset({"rejected", "expired"})


@dataclass(frozen=True, slots=True)
class SettleReferral:
    referral_id: str


class SettleReferralSchema(CommandSchema):
    command = SettleReferral

    referral_id = Id(required=True)


def settle_referral(session: Session, act: Act, command: SettleReferral) -> Referral:
    """Take it from the list of what waits for this desk; its state stays what it was. Raises NotFound, Refused `nothing_to_settle`."""
    referral = referral_for_update(session, command.referral_id)
    if referral is None:
        raise NotFound("referral_unknown", "Diesen Verweis gibt es nicht.")
    if referral.state not in TO_BE_SETTLED:
        raise Refused("nothing_to_settle", "Bei diesem Verweis ist nichts neu zu entscheiden.")
    if referral.settled_at is None:
        referral.settled_at = act.at
        session.add(Entered.in_act(act, SETTLED, referral.id))
        session.flush()
    return referral
