"""The states of an order and what may follow on what (the side exits included)."""

from __future__ import annotations

from kim_events.types.order import ORDER_STATES
from kim_runtime.refusal import Refused

# operation -> the states from which it is possible
STARTS: dict[str, frozenset[str]] = {
    "check": frozenset({"waiting_for_case", "checked", "waiting_for_money"}),
    "approve": frozenset({"checked", "waiting_for_money"}),
    "refuse": frozenset({"waiting_for_case", "checked", "waiting_for_money"}),
    "wait_for_money": frozenset({"checked"}),
    "schedule": frozenset({"approved", "scheduled"}),
    "perform": frozenset({"scheduled"}),
    "invoice": frozenset({"performed", "cancelled"}),
    "pay": frozenset({"invoiced"}),
    "cancel": frozenset({"approved", "scheduled"}),
    "unfilled": frozenset({"approved", "scheduled"}),
}
UNDECIDED = frozenset({"waiting_for_case", "checked", "waiting_for_money"})
RESERVED = frozenset({"approved", "scheduled", "performed"})
UNMET = frozenset({"refused", "unfilled"})
OPEN = UNDECIDED | RESERVED | {"invoiced"}
STATES = ORDER_STATES
STATE_NAMES = {
    "waiting_for_case": "wartet auf den Fall",
    "checked": "geprüft",
    "waiting_for_money": "wartet auf Geld",
    "approved": "freigegeben",
    "refused": "abgelehnt",
    "scheduled": "vergeben",
    "performed": "erledigt",
    "invoiced": "in Rechnung",
    "paid": "bezahlt",
    "cancelled": "abgesagt",
    "withdrawn": "zurückgezogen",
    "unfilled": "niemand gefunden",
}


def check_start(operation: str, state: str) -> None:
    """Raises Refused when the operation is not possible from this state."""
    if state not in STARTS[operation]:
        raise Refused("order_state", "Das geht in diesem Stand des Auftrags nicht mehr. Die Seite zeigt den neuen Stand.", state=state)
