"""Received referrals that were withdrawn after somebody had read them: what happened to the data must be said."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.pages.standing import of_received
from kim_referral.relation import shown_received


def withdrawn_and_read(session: Session, today: date) -> list[tuple[ReceivedReferral, str]]:
    """Those the person signed in may see, each with how it stands, for `referral/withdrawn.html` on the first page of a service."""
    withdrawn = shown_received(session, frozenset({"withdrawn"}))
    return [(one, of_received(one, today).text) for one in withdrawn if one.must_be_confirmed]
