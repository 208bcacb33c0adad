"""Record that a person revoked a consent, and stop everything that rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kim_events.fields import Id, Moment
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.declaration import for_update
from kim_referral.model.referral import referral_for_update, referrals_under
from kim_referral.operations.declaration import RevocationSchema, take_back
from kim_referral.operations.withdraw_referral import withdraw


@dataclass(frozen=True, slots=True)
class RevokeConsent:
    """Who revoked it and how. `revoked_at` is when the person said so, when that was earlier than now."""

    consent_id: str
    how: str = "in_person"
    by: str = "self"
    revoked_at: datetime | None = None


class RevokeConsentSchema(RevocationSchema):
    command = RevokeConsent

    consent_id = Id(required=True)
    revoked_at = Moment(load_default=None, allow_none=True, metadata={"label": "Wann"})


def revoke_consent(session: Session, act: Act, command: RevokeConsent) -> Consent:
    """Revoke (Widerruf, Art. 7(3) GDPR): nothing more is told under it, and each receiver of what was told is informed.

    Needs no reason and no form, and cannot be refused; a second time changes nothing. What was lawfully told before stays lawful.
    A rejected referral is left alone: its receiver kept nothing. Raises NotFound, Refused `revoked_in_future`.
    """
    consent = for_update(session, Consent, command.consent_id)
    if consent is None:
        raise Consent.unknown()
    if consent.revoked_at is not None:
        return consent
    if command.revoked_at is not None and command.revoked_at > act.at:
        raise Refused("revoked_in_future", "Ein Widerruf kann nicht in der Zukunft liegen.", "revoked_at")
    take_back(consent, act, by=command.by, how=command.how, at=command.revoked_at)
    for found in referrals_under(session, consent.id):
        referral = referral_for_update(session, found.id)
        if referral is not None and referral.state != "rejected":
            withdraw(session, act, referral, "consent_revoked")
    session.flush()
    return consent
