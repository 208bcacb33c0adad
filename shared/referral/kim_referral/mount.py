"""What a service lists to mount consent and referral. The web side is in `doors.py`, so that a courier never loads pages."""

from __future__ import annotations

from kim_bus.chores import Chore
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.base import metadata
from kim_referral.model.consent import Consent
from kim_referral.model.protection import EmergencyAccess, Protection
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral, ReferralNumber
from kim_referral.model.release import Release
from kim_referral.operations.keep_deadlines import drop_expired_offers, expire_letters, stop_unsent_offers
from kim_referral.reactions import REACTIONS

__all__ = ["CHORES", "REACTIONS", "TABLES", "metadata"]

TABLES = (Consent, Release, Referral, ReferralNumber, ReceivedReferral, Protection, EmergencyAccess)


def keep_deadlines(session: Session, act: Act) -> None:
    expire_letters(session, act)
    drop_expired_offers(session, act)
    stop_unsent_offers(session, act)


CHORES = (Chore("referral-deadlines", keep_deadlines),)
