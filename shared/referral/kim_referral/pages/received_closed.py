"""Geschützte Verweise: close a received referral to the desk, lift that, and open one in an emergency."""

from __future__ import annotations

from kim_protection.pages import Said, closing_pages, emergency_pages
from kim_web.language import _
from kim_web.page import Pages

from kim_referral.operations.protect_received import CLOSING, OPENING
from kim_referral.relation import check_received

pages = Pages("received_closed", __name__, url_prefix="/eingang")
closing_pages(
    pages,
    "/<id>/schutz",
    CLOSING,
    Said(
        protected=lambda _received: _("Der Verweis ist geschützt."),
        lifted=lambda _received: _("Der Verweis ist nicht mehr geschützt."),
        not_protected=lambda _received: _("Der Verweis ist nicht geschützt."),
    ),
    templates=("referral/protect_received.html", "referral/lift_received.html"),
    shown="received_referrals.show",
    left="received_referrals.index",
    lifted="received_referrals.index",
    check=check_received,
)
emergencies = emergency_pages(
    OPENING,
    "referral/emergency.html",
    shown="received_referrals.show",
    listed="received_referrals.index",
    name="received_emergencies",
    address="/eingang/notzugriff",
)
