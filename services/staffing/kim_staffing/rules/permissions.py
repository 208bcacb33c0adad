"""Who may do what in staffing. Contracts are for the HR clerk; the head of the centre sees the lamps and the posts."""

from __future__ import annotations

from typing import Final

from kim_runtime.policy import Rules, grant, permissions

HR = "hr_staff"
HEAD = "centre_head"
READER = "report_reader"
AUDITOR = "auditor"

RULES: Final[Rules] = (
    *grant("expiring.see", HR, HEAD),
    *grant("plan.see", HR, HEAD, AUDITOR),
    *grant("post.see", HR, HEAD, AUDITOR),
    *grant("post.manage", HR),
    *grant("contract.see", HR, AUDITOR),
    *grant("contract.record", HR),
    *grant("assurance.see", HR, HEAD, AUDITOR),
    *grant("assurance.record", HR),
    *grant("council.see", HR, HEAD, AUDITOR),
    *grant("council.record", HR),
    *grant("statistics.read", HR, HEAD, READER, AUDITOR),
)
PERMISSIONS: Final = permissions(RULES)
