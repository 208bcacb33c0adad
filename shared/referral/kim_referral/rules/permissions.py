"""Who may do what with consents and referrals: the mounting service adds these to its own rules, and its relation says with which."""

from __future__ import annotations

from typing import Final

from kim_runtime.policy import Relation, Rules, grant, permissions

DESK = ("intake_staff", "case_manager", "case_lead")
LOOKING = (*DESK, "auditor")
SHOWN: Final = "shown"  # about nothing of which nothing is shown (`Seen.hidden`)
HIDDEN: Final = "hidden"
_WHICH = "about what the service shows this person (`disclosures_seen`); about a visitor, recorded oneself"

RULES: Final[Rules] = (
    *grant("consent.see", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("consent.see", "auditor", state=SHOWN, note="Art. 5(2) GDPR"),
    *grant("consent.record", *DESK, to=Relation.OWN_RECORD),
    *grant("consent.revoke", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.see", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.see", "auditor", state=SHOWN, note="Art. 5(2) GDPR"),
    *grant("referral.send", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.withdraw", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("referral.note_answer", *DESK, to=Relation.OWN_RECORD, note=_WHICH),
    *grant("received_referral.see", *LOOKING, state=SHOWN, note="addressed to this house"),
    *grant("received_referral.open", *DESK, state=SHOWN, note="addressed to this house"),
    *grant("received_referral.answer", *DESK, state=SHOWN, note="addressed to this house"),
)
PERMISSIONS: Final = permissions(RULES)
