"""Who may do what with consents and referrals: the mounting service adds these to its own permissions."""

DESK = frozenset({"intake_staff", "case_manager", "case_lead"})
LOOKING = DESK | {"auditor"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "consent.see": LOOKING,
    "consent.record": DESK,
    "consent.revoke": DESK,
    "referral.see": LOOKING,
    "referral.send": DESK,
    "referral.withdraw": DESK,
    "referral.note_answer": DESK,
    "received_referral.see": LOOKING,
    "received_referral.open": DESK,
    "received_referral.answer": DESK,
}
