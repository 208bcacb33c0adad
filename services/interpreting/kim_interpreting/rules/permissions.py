"""Who may do what at the interpreting service; where four eyes are asked for (Vier-Augen-Prinzip), only a second person may."""

from __future__ import annotations

from typing import Final

from kim_runtime.act import Actor
from kim_runtime.policy import ANY_STATE, Relation, Rules, allowed, grant, permissions
from kim_runtime.refusal import Forbidden

COORDINATOR, OFFICER = "interpreting_coordinator", "budget_officer"
USUAL_POT, LAST_POT = "usual_pot", "last_pot"  # what an approval takes from; the last one pays only when nobody else does
_LOOKING = ("centre_head", "auditor")
LISTS_CASES = "case_lead"  # a role of casework: who lists the unprotected cases reads no sums of what was ordered for all
_ENTERED = "not by who entered the order"

RULES: Final[Rules] = (
    *grant("orders.see", COORDINATOR, OFFICER, *_LOOKING, note="no client's name is in an order"),
    *grant("order.enter", COORDINATOR),
    *grant("order.work", COORDINATOR),
    *grant("order.approve", COORDINATOR, OFFICER, to=Relation.SECOND_PERSON, state=USUAL_POT, note=_ENTERED),
    *grant("order.approve", OFFICER, to=Relation.SECOND_PERSON, state=LAST_POT, note=_ENTERED),
    *grant("invoice.see", COORDINATOR, OFFICER, *_LOOKING),
    *grant("invoice.record", COORDINATOR, OFFICER),
    *grant("invoice.confirm", COORDINATOR, OFFICER),
    *grant("invoice.accept_excess", COORDINATOR, OFFICER, to=Relation.SECOND_PERSON, note="not by who recorded the invoice"),
    *grant("invoice.pay", COORDINATOR, OFFICER, to=Relation.SECOND_PERSON, note="not by who confirmed the invoice"),
    *grant("provider.keep", COORDINATOR),
    *grant("pot.see", COORDINATOR, OFFICER, *_LOOKING),
    *grant("pot.keep", OFFICER),
    *grant("pot.reassign", COORDINATOR, OFFICER),
    *grant("pot.confirm", COORDINATOR, OFFICER, to=Relation.SECOND_PERSON, note="not by who proposed to move the money"),
    *grant("unmet.see", COORDINATOR, OFFICER, *_LOOKING, "report_reader", not_beside={LISTS_CASES}),
    *grant("statistics.read", COORDINATOR, OFFICER, *_LOOKING, "report_reader", "service", not_beside={LISTS_CASES}),
)
PERMISSIONS: Final = permissions(RULES)


def relations_to_step(actor: Actor, first: str | None) -> frozenset[Relation]:
    """`first` is the id of who did the step before, None: nobody of this house did it."""
    return frozenset({Relation.SECOND_PERSON} if first is None or actor.id != first else ())


def pot_state(*, subsidiary: bool) -> str:
    return LAST_POT if subsidiary else USUAL_POT


def check_second_person(actor: Actor, first: str | None) -> None:
    """Raises Forbidden `second_person` to who did the first step."""
    if not relations_to_step(actor, first):
        raise Forbidden("second_person", "Das muss eine zweite Person tun: der erste Schritt war von Ihnen.")


def check_second_step(actor: Actor, action: str, first: str | None, state: str = ANY_STATE) -> None:
    """Raises Forbidden: `second_person` to who did the first step, `budget_officer_needed` where the pot asks for one."""
    check_second_person(actor, first)
    if not allowed(RULES, actor.roles, action, relations_to_step(actor, first), state):
        raise Forbidden("budget_officer_needed", "Diesen Topf gibt nur der Haushalt frei.")
