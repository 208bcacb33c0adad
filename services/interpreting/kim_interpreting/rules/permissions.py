"""Who may do what at the interpreting service; where four eyes are asked for (Vier-Augen-Prinzip), only a second person may."""

from __future__ import annotations

from typing import Final

from kim_runtime.act import Actor
from kim_runtime.entered import ASKED, DISPUTED, Names
from kim_runtime.policy import ANY_STATE, Relation, Rules, allowed, entry_rules, grant, permissions
from kim_runtime.refusal import Forbidden, Refused

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
    *entry_rules(COORDINATOR, OFFICER, settled_by=(OFFICER, "centre_head")),
    *grant("statistics.read", COORDINATOR, OFFICER, *_LOOKING, "report_reader", "service", not_beside={LISTS_CASES}),
)
PERMISSIONS: Final = permissions(RULES)


def relations_to_step(actor: Actor, first: Names) -> frozenset[Relation]:
    """`first`: under whose names the step before ever stood; nobody where nobody of this house did it. Until it is said whose it is there
    is no second person: whoever did it may be anybody.
    """
    return frozenset() if first.unsettled or actor.id in first.ids else frozenset({Relation.SECOND_PERSON})


def pot_state(*, subsidiary: bool) -> str:
    return LAST_POT if subsidiary else USUAL_POT


def may_approve(actor: Actor, state: str) -> bool:
    """Whether somebody's roles are those of an approval from such a pot, whoever entered the order."""
    return allowed(RULES, actor.roles, "order.approve", {Relation.SECOND_PERSON}, state)


def check_second_person(actor: Actor, first: Names) -> None:
    """Raises Forbidden `second_person` to everybody under whose name the first step ever stood, Refused `first_step_asked` and
    `first_step_disputed`.
    """
    if first.doubt == ASKED:
        raise Refused(
            "first_step_asked",
            "Wer den ersten Schritt getan haben soll, ist gefragt und hat noch nicht geantwortet. Bitte dort nachfragen; nach drei Tagen "
            "klärt es jemand unter „Offene Einträge“. Oder jemand tut den ersten Schritt neu.",
        )
    if first.doubt == DISPUTED:
        raise Refused(
            "first_step_disputed",
            "Wer den ersten Schritt getan hat, ist offen: zwei sagen, sie waren es nicht. Erst muss das jemand unter „Offene Einträge“ "
            "klären, oder den ersten Schritt neu tun.",
        )
    if actor.id in first.ids:
        raise Forbidden("second_person", "Das muss eine zweite Person tun: der erste Schritt war von Ihnen, oder stand auf Ihrem Namen.")


def check_second_step(actor: Actor, action: str, first: Names, state: str = ANY_STATE) -> None:
    """Raises what `check_second_person` raises, and Forbidden `budget_officer_needed` where the pot asks for one."""
    check_second_person(actor, first)
    if not allowed(RULES, actor.roles, action, relations_to_step(actor, first), state):
        raise Forbidden("budget_officer_needed", "Diesen Topf gibt nur der Haushalt frei.")
