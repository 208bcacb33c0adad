"""Every metric of casework, declared once. Counts of things by kind; none of how much somebody does: a house may have one case manager."""

from prometheus_client import Counter

CASE_CHANGES = Counter("kim_casework_case_changes", "Changes of cases", ["change"])
ADMISSIONS_DECIDED = Counter("kim_casework_admissions_decided", "Proposals for admission decided", ["decision"])
ORDER_STATES = Counter("kim_casework_order_states", "Orders for interpreting that reached a state", ["state"])
