"""Whose consents and sent referrals a colleague may see: those of the cases they may see, besides what they recorded themselves;
of a protected case nothing, unless they may see it."""

from __future__ import annotations

from kim_protection import operations as protection
from kim_referral.model.seen import Seen
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, hidden_cases, visible_cases
from kim_casework.model.protection import LOCKS
from kim_casework.rules.permissions import sees_all_disclosures


def disclosures_seen(act: Act) -> Seen:
    about = {"case": visible_cases(act).with_only_columns(Case.id)}

    def look(session: Session, kind: str, thing_id: str) -> None:
        if kind == "case":
            protection.keep_reason(session, act, LOCKS, thing_id)

    everything = sees_all_disclosures(act.actor)
    return Seen(act.actor.id, everything=everything, about=about, hidden={"case": hidden_cases(act)}, look=look)
