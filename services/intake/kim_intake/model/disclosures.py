"""Whose consents and sent referrals may be seen at a desk: hand-overs and open feedback are shared there, so all of the desk's,
about consultations those of the own sites."""

from __future__ import annotations

from typing import Any

from kim_referral.model.seen import Seen
from kim_runtime.act import Act
from sqlalchemy import select

from kim_intake.model.consultation import Consultation
from kim_intake.rules.permissions import checks_disclosures, works_at_the_desk

OF_THE_DESK = ("consultation", "client", "visitor")


def disclosures_seen(act: Act) -> Seen:
    actor = act.actor
    if checks_disclosures(actor):
        return Seen(actor.id, everything=True)
    if not works_at_the_desk(actor):
        return Seen(actor.id)
    about: dict[str, Any] = dict.fromkeys(OF_THE_DESK)
    if actor.sites:
        about["consultation"] = select(Consultation.id).where(Consultation.site_id.in_(actor.sites))
    return Seen(actor.id, about=about)
