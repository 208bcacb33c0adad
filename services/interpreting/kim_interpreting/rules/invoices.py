"""What is looked at in an invoice before anybody says it is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_interpreting.rules.next_steps import three_months_after

FINDINGS = {
    "above_tariff": "höher als nach Tarif",
    "claim_lapsed": "später als drei Monate nach der Leistung: Anspruch erloschen (§ 2 JVEG)",
}


def findings(gross: Decimal, by_tariff: Decimal, done_on: date, received_on: date) -> tuple[str, ...]:
    """Codes of FINDINGS. Less than the tariff is no finding: framework agreements may go below it (§ 14 JVEG)."""
    found = []
    if gross > by_tariff:
        found.append("above_tariff")
    if received_on > three_months_after(done_on):
        found.append("claim_lapsed")
    return tuple(found)
