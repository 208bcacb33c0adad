"""What a new day does to referrals: letters nobody answered expire, and consents that ran out take their content along."""

from __future__ import annotations

from kim_bus.outbox import outdated, take_back_outdated
from kim_bus.tables import outbox
from kim_runtime.act import Act
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.operations.open_referral import UNOPENED, drop_if_expired
from kim_referral.rules.referral_rules import expires_on


def expire_letters(session: Session, act: Act) -> list[Referral]:
    """Letters and slips without an answer expire after their period: somebody must refer anew or withdraw. Returns them."""
    query = select(Referral).where(Referral.state == "offered", Referral.channel != "bus").with_for_update()
    expired = [referral for referral in session.scalars(query) if act.today >= expires_on(referral.offered_on)]
    for referral in expired:
        referral.state = "expired"
    session.flush()
    return expired


def stop_unsent_offers(session: Session, act: Act) -> list[Referral]:
    """Offers that have not left the house when their consent, or the release they rest on, has run out, as the network stood still: they
    never leave. Returns them.

    They are back here to be decided anew, as one whose consent ran out at the receiver before it was read. What may have left already, as
    the network fell over while it was being sent, stays unanswered until somebody asks the receiver.
    """
    waiting = select(Referral).join(outbox, outbox.c.subject == Referral.id).where(outdated(act.today))
    session.scalars(waiting.with_for_update(of=Referral)).all()  # before what waits of them, in the order of a revocation
    never_left = take_back_outdated(session, act.today)
    stopped = list(session.scalars(select(Referral).where(Referral.id.in_(never_left), Referral.state == "offered").with_for_update()))
    for referral in stopped:
        consent = session.get_one(Consent, referral.consent_id)
        ground = "consent_expired" if consent.valid_to < act.today else "release_expired"
        referral.state, referral.ground, referral.answered_at = "rejected", ground, act.at
        referral.withdrawal = "taken_back"
    session.flush()
    return stopped


def drop_expired_offers(session: Session, act: Act) -> list[ReceivedReferral]:
    """Drop the content of undecided referrals whose consent has run out, and tell their senders. Returns them."""
    query = select(ReceivedReferral).where(ReceivedReferral.state.in_(UNOPENED), ReceivedReferral.consent_valid_to < act.today)
    return [received for received in session.scalars(query.with_for_update()) if drop_if_expired(session, act, received)]
