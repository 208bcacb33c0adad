"""Who may do what with consents and referrals: the mounting service says who its desk is, adds these to its own rules, and its relation
says with which.
"""

from __future__ import annotations

from typing import Final

from kim_runtime.policy import Relation, Rules, grant

COUNSELLING: Final = ("intake_staff", "case_manager", "case_lead")
SHOWN: Final = "shown"  # about nothing of which nothing is shown (`Seen.hidden`)
HIDDEN: Final = "hidden"
_OURS = "addressed to this service"
_WHICH = "about what the service shows this person (`disclosures_seen`); about a visitor, recorded oneself"

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
        *grant("received_referral.see", *desk, "auditor", state=SHOWN, note=_OURS),
        *grant("received_referral.open", *desk, state=SHOWN, note=_OURS),
        *grant("received_referral.answer", *desk, state=SHOWN, note=_OURS),
    )
