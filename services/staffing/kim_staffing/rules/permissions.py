"""Who may do what in staffing. Contracts are for the HR clerk; the head of the centre sees the lamps and the posts.

Who audits what the house told of its clients (`auditor`) sees nothing of its staff here but figures: that is a role of its own.
"""

from __future__ import annotations

from typing import Final

from kim_runtime.policy import Rules, entry_rules, grant, permissions

HR = "hr_staff"
HEAD = "centre_head"
READER = "report_reader"
AUDITOR, HR_AUDITOR = "auditor", "hr_auditor"

RULES: Final[Rules] = (
    *grant("expiring.see", HR, HEAD),
    *grant("plan.see", HR, HEAD, HR_AUDITOR),
    *grant("post.see", HR, HEAD, HR_AUDITOR),
    *grant("post.manage", HR),
    *grant("contract.see", HR, HR_AUDITOR),
    *grant("contract.record", HR),
    *grant("assurance.see", HR, HEAD, HR_AUDITOR),
    *grant("assurance.record", HR),
    *grant("grant.see", HR, HEAD, HR_AUDITOR),
    *grant("grant.record", HR),
    *grant("council.see", HR, HEAD, HR_AUDITOR),
    *grant("council.record", HR),
    *entry_rules(HR, settled_by=(HEAD,)),
    *grant("statistics.read", HR, HEAD, READER, AUDITOR),
)
PERMISSIONS: Final = permissions(RULES)
