"""Who may do what with consents and referrals: the mounting service says who its desk is, adds these to its own rules, and its relation
says with which.
"""

from __future__ import annotations

from typing import Final

from kim_protection.rules import PROTECTED, PROTECTED_READER
from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, grant

COUNSELLING: Final = ("intake_staff", "case_manager", "case_lead")
SHOWN: Final = "shown"  # about nothing of which nothing is shown (`Seen.hidden`)
HIDDEN: Final = "hidden"
_OURS = "addressed to this service; once it became something, of who may see that"
_WHICH = "about what the service shows this person (`disclosures_seen`); about a visitor, recorded oneself"
_KEEPS = "§ 35 SGB I: who closed it"
_BRIEFLY = "by its address, for a short while, each look with its reason in the audit; in no list"


def _worked_on(action: str, desk: tuple[str, ...]) -> Rules:
    """What the desk does with a referral that came in; with a protected one who closed it, and who may read such records."""
    return (
        *grant(action, *desk, state=SHOWN, note=_OURS),
        *grant(action, *desk, to=Relation.OWN_RECORD, state=PROTECTED, note=_KEEPS),
        *grant(action, *desk, to=Relation.ENTRUSTED, state=PROTECTED),
    )


def _received(action: str, desk: tuple[str, ...]) -> Rules:
    """What is only looked at: by the auditor too, and a protected one by who may read such records, whatever else they do."""
    return (
        *_worked_on(action, desk),
        *grant(action, "auditor", state=SHOWN, note=_OURS),
        *grant(action, PROTECTED_READER, state=PROTECTED),
    )


_DISCLOSED: Final[Rules] = (
    *grant("consent.see", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("consent.see", "auditor", state=SHOWN, note="Art. 5(2) GDPR"),
    *grant("consent.record", *COUNSELLING, to=Relation.OWN_RECORD),
    *grant("consent.revoke", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.see", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.see", "auditor", state=SHOWN, note="Art. 5(2) GDPR"),
    *grant("referral.send", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.withdraw", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.note_answer", *COUNSELLING, to=Relation.OWN_RECORD, note=_WHICH),
)


def rules_for(*desk: str) -> Rules:
    """The lines for a service whose desk are these roles: what is addressed to it is opened and answered by them alone.

    § 35(1) SGB I: secrecy also within the body. What comes to case management is not the other desks' to read, nor to refuse.
    """
    return (
        *_DISCLOSED,
        *_received("received_referral.list", desk),
        *_received("received_referral.see", desk),
        *grant("received_referral.see", *desk, to=Relation.EMERGENCY, state=PROTECTED, note=_BRIEFLY),
        *_worked_on("received_referral.open", desk),
        *grant("received_referral.open", *desk, to=Relation.EMERGENCY, state=PROTECTED, note="to look at it is to open it"),
        *_worked_on("received_referral.answer", desk),
        *grant("received_referral.protect", *desk, state=SHOWN),
        *grant("received_referral.protect", *desk, to=Relation.OWN_RECORD, state=PROTECTED, note="a second time changes nothing"),
        *grant("received_referral.unprotect", PROTECTED_READER, state=PROTECTED),
        *grant("received_referral.open_in_emergency", *desk, state=PROTECTED, note="by its number, with a reason"),
    )


def is_entrusted(actor: Actor) -> bool:
    """Who may read protected records, beside what else they do."""
    return PROTECTED_READER in actor.roles
