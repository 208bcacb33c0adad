"""Whose consents and sent referrals a colleague may see: those of the cases they may see, besides what they recorded themselves."""

from __future__ import annotations

from kim_referral.model.seen import Seen
from kim_runtime.act import Actor

from kim_casework.model.case import Case, visible_cases
from kim_casework.rules.permissions import sees_all_disclosures


def disclosures_seen(actor: Actor) -> Seen:
    if sees_all_disclosures(actor):
        return Seen(actor.id, everything=True)
    return Seen(actor.id, about={"case": visible_cases(actor).with_only_columns(Case.id)})
