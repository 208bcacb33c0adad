"""Record that a person took back a release from confidentiality."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.declaration import for_update
from kim_referral.model.referral import referral_for_update, referrals_about, unsent
from kim_referral.model.release import Release, releases_of
from kim_referral.operations.declaration import RevocationSchema, take_back
from kim_referral.operations.receivers import bound_to_secrecy
from kim_referral.operations.withdraw_referral import withdraw
from kim_referral.rules.release_rules import unreleased


@dataclass(frozen=True, slots=True)
class RevokeRelease:
    """Who took it back, and how."""

    release_id: str
    how: str = "in_person"
    by: str = "self"


class RevokeReleaseSchema(RevocationSchema):
    command = RevokeRelease

    release_id = Id(required=True)


def revoke_release(session: Session, act: Act, command: RevokeRelease) -> Release:
    """Take back a release: needs no reason, cannot be refused, and a second time changes nothing.

    What was already told was told lawfully, and the consent stands. What has not left the house and is no longer released stays here.
    Raises NotFound.
    """
    release = for_update(session, Release, command.release_id)
    if release is None:
        raise Release.unknown()
    if release.revoked_at is not None:
        return release
    take_back(release, act, by=command.by, how=command.how)
    session.flush()
    if bound_to_secrecy(session, act):
        _hold_back(session, act, release)
    return release


def _hold_back(session: Session, act: Act, release: Release) -> None:
    left = [one.terms for one in releases_of(session, release.about_kind, release.about_id, release.person)]
    sent = referrals_about(session, release.about_kind, release.about_id)
    waiting = unsent(session, sent)
    for found in (one for one in sent if one.id in waiting and one.consent_id):
        consent = session.get(Consent, found.consent_id)
        same_person = consent is not None and consent.is_of(release.person)
        if not same_person or not unreleased(left, found.receiver, found.categories, act.today):
            continue
        referral = referral_for_update(session, found.id)
        if referral is not None and referral.state == "offered":
            withdraw(session, act, referral, "no_longer_needed")
