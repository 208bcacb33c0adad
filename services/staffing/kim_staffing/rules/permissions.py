"""Who may do what in staffing. Contracts are for the HR clerk; the head of the centre sees the lamps and the posts."""

from __future__ import annotations

HR = "hr_staff"
HEAD = "centre_head"
READER = "report_reader"
AUDITOR = "auditor"

PERMISSIONS: dict[str, frozenset[str]] = {
    "expiring.see": frozenset({HR, HEAD}),
    "plan.see": frozenset({HR, HEAD, AUDITOR}),
    "post.see": frozenset({HR, HEAD, AUDITOR}),
    "post.manage": frozenset({HR}),
    "contract.see": frozenset({HR, AUDITOR}),
    "contract.record": frozenset({HR}),
    "assurance.see": frozenset({HR, HEAD, AUDITOR}),
    "assurance.record": frozenset({HR}),
    "council.see": frozenset({HR, HEAD, AUDITOR}),
    "council.record": frozenset({HR}),
    "statistics.read": frozenset({HR, HEAD, READER, AUDITOR}),
}
