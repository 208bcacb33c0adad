"""Consents, releases and referrals as parts of what they are about, for an auditor: for `Doors.parts` and `Doors.numbered`."""

from __future__ import annotations

from typing import Any, Final

from kim_web.doors import Part
from sqlalchemy.orm import InstrumentedAttribute

from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release

_REFERRAL = ("referrals:{id}", "referral:{id}")

NUMBERED: Final[tuple[InstrumentedAttribute[Any], ...]] = (Referral.number, ReceivedReferral.number)
PARTS: Final = (
    Part(Consent.about_id, Consent.id, ("consents:{id}", "consent:{id}", "consent_revocation:{id}")),
    Part(Release.about_id, Release.id, ("releases:{id}", "release:{id}", "release_revocation:{id}")),
    Part(Referral.about_id, Referral.id, _REFERRAL),
    Part(Referral.consent_id, Referral.id, _REFERRAL),
    Part(
        ReceivedReferral.about_id, ReceivedReferral.id,
        ("received_referrals:{id}", "received_closed:{id}", "referral_opened:{id}", "referral_answered:{id}"),
    ),
)  # fmt: skip
