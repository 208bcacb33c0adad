"""Who may do what at the interpreting service; four-eyes rules say who may not be the same person."""

from __future__ import annotations

from kim_runtime.act import Actor
from kim_runtime.refusal import Forbidden

COORDINATORS = frozenset({"interpreting_coordinator"})
BUDGET = frozenset({"budget_officer"})
LOOKING = frozenset({"centre_head", "auditor"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "orders.see": COORDINATORS | BUDGET | LOOKING,
    "order.enter": COORDINATORS,
    "order.work": COORDINATORS,
    "order.approve": COORDINATORS | BUDGET,
    "invoice.see": COORDINATORS | BUDGET | LOOKING,
    "invoice.record": COORDINATORS | BUDGET,
    "invoice.confirm": COORDINATORS | BUDGET,
    "invoice.pay": BUDGET | COORDINATORS,
    "provider.keep": COORDINATORS,
    "pot.see": COORDINATORS | BUDGET | LOOKING,
    "pot.keep": BUDGET,
    "pot.reassign": COORDINATORS | BUDGET,
    "unmet.see": COORDINATORS | BUDGET | LOOKING | {"report_reader"},
    "statistics.read": COORDINATORS | BUDGET | LOOKING | {"report_reader", "service"},
}


def check_second_person(actor: Actor, first: str | None) -> None:
    """Four eyes: who did the first step may not do the second. `first` is an actor's id, None: nobody of this house did it."""
    if first is not None and actor.id == first:
        raise Forbidden("second_person", "Das muss eine zweite Person tun: der erste Schritt war von Ihnen.")


def check_budget_officer(actor: Actor) -> None:
    """Money that pays only when nobody else does is released by who answers for the budget."""
    if not actor.roles & BUDGET:
        raise Forbidden("budget_officer_needed", "Diesen Topf gibt nur der Haushalt frei.")
