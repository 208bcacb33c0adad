"""Who may do what at the interpreting service; four-eyes rules say who may not be the same person."""

from __future__ import annotations

from typing import Final

from kim_runtime.act import Actor
from kim_runtime.policy import Rules, grant, permissions
from kim_runtime.refusal import Forbidden

COORDINATOR, OFFICER = "interpreting_coordinator", "budget_officer"
BUDGET = frozenset({OFFICER})
_LOOKING = ("centre_head", "auditor")
_SECOND_PERSON = "four eyes: by another person than the first step"

RULES: Final[Rules] = (
    *grant("orders.see", COORDINATOR, OFFICER, *_LOOKING, note="no client's name is in an order"),
    *grant("order.enter", COORDINATOR),
    *grant("order.work", COORDINATOR),
    *grant("order.approve", COORDINATOR, OFFICER, note=_SECOND_PERSON),
    *grant("invoice.see", COORDINATOR, OFFICER, *_LOOKING),
    *grant("invoice.record", COORDINATOR, OFFICER),
    *grant("invoice.confirm", COORDINATOR, OFFICER, note=_SECOND_PERSON),
    *grant("invoice.pay", COORDINATOR, OFFICER, note=_SECOND_PERSON),
    *grant("provider.keep", COORDINATOR),
    *grant("pot.see", COORDINATOR, OFFICER, *_LOOKING),
    *grant("pot.keep", OFFICER),
    *grant("pot.reassign", COORDINATOR, OFFICER, note=f"confirming: {_SECOND_PERSON}"),
    *grant("unmet.see", COORDINATOR, OFFICER, *_LOOKING, "report_reader"),
    *grant("statistics.read", COORDINATOR, OFFICER, *_LOOKING, "report_reader", "service"),
)
PERMISSIONS: Final = permissions(RULES)


def check_second_person(actor: Actor, first: str | None) -> None:
    """Four eyes: who did the first step may not do the second. `first` is an actor's id, None: nobody of this house did it."""
    if first is not None and actor.id == first:
        raise Forbidden("second_person", "Das muss eine zweite Person tun: der erste Schritt war von Ihnen.")


def check_budget_officer(actor: Actor) -> None:
    """Money that pays only when nobody else does is released by who answers for the budget."""
    if not actor.roles & BUDGET:
        raise Forbidden("budget_officer_needed", "Diesen Topf gibt nur der Haushalt frei.")
