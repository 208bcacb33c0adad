"""Whose consents and sent referrals may be seen at a desk: hand-overs and open feedback are shared there, so all of the desk's."""

from __future__ import annotations

from kim_referral.model.seen import Seen
from kim_runtime.act import Actor

from kim_intake.rules.permissions import checks_disclosures, works_at_the_desk

OF_THE_DESK = ("consultation", "client", "visitor")


def disclosures_seen(actor: Actor) -> Seen:
    if checks_disclosures(actor):
        return Seen(actor.id, everything=True)
    return Seen(actor.id, about=dict.fromkeys(OF_THE_DESK) if works_at_the_desk(actor) else {})
