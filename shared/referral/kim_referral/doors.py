"""The web side: what a service adds to its own doors to mount consent and referral."""

from __future__ import annotations

from kim_protection.wording import PROTECTION_REASONS
from kim_web.doors import NavEntry
from kim_web.language import mark

from kim_referral.api import declarations
from kim_referral.api import received_referrals as received_api
from kim_referral.api import referrals as referrals_api
from kim_referral.pages import consents, received, received_closed, refer, referrals, releases
from kim_referral.pages.action_words import ACTION_WORDS
from kim_referral.pages.audited_parts import NUMBERED, PARTS
from kim_referral.pages.choices import GROUNDS, WITHDRAWAL_REASONS
from kim_referral.pages.entry_kinds import entry_kinds
from kim_referral.relation import PART, STANDINGS
from kim_referral.rules.permissions import rules_for
from kim_referral.rules.referral_rules import REJECTION_LABELS

__all__ = [
    "ACTION_WORDS", "APIS", "NAV", "NUMBERED", "PAGES", "PART", "PARTS", "REASON_WORDS", "STANDINGS", "TRANSLATIONS",
    "entry_kinds", "rules_for",
]  # fmt: skip

PAGES = (referrals.pages, refer.pages, received_closed.emergencies, received_closed.pages, received.pages, consents.pages, releases.pages)
APIS = (referrals_api.api, received_api.api, declarations.consents, declarations.releases)
NAV = (
    NavEntry(mark("Eingang"), "received_referrals.index", "received_referral.list", pages=("received_closed", "received_emergencies")),
    NavEntry(mark("Verweise"), "referrals.index", "referral.see", pages=("refer",)),
    NavEntry(mark("Einwilligungen"), "consents.index", "consent.see", pages=("releases",)),
)
REASON_WORDS = {**PROTECTION_REASONS, **REJECTION_LABELS, **WITHDRAWAL_REASONS, **GROUNDS}
TRANSLATIONS = ("kim_referral", "kim_protection")
