"""Every metric of casework, declared once. Counts of things, never of people's work."""

from __future__ import annotations

from prometheus_client import Gauge

CASES_OPEN = Gauge("kim_casework_cases_open", "Open cases")
CASES_WITHOUT_MANAGER = Gauge("kim_casework_cases_without_manager", "Open cases whose case manager may not have cases today")
PROPOSALS_WAITING = Gauge("kim_casework_proposals_waiting", "Proposals for admission waiting for a decision")
ORDERS_UNANSWERED = Gauge("kim_casework_orders_unanswered", "Orders the interpreting service has not answered yet")
