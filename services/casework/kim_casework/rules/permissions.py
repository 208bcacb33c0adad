"""Who may do what in casework: the table, and what an actor has to do with a case or an order.

§ 35(1) SGB I: secrecy also within the body; a case is for who needs it for the task.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, allowed, grant, permissions, reach

MANAGER, LEAD = "case_manager", "case_lead"
_SECRECY = "§ 35 SGB I"

RULES: Final[Rules] = (
    *grant("week.see", MANAGER, LEAD),
    *grant("case.see", MANAGER, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.see", LEAD),
    *grant("case.work", MANAGER, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.work", LEAD),
    *grant("case.admit", MANAGER, LEAD),
    *grant("case.assign", LEAD),
    *grant("proposal.see", MANAGER, LEAD),
    *grant("proposal.decide", MANAGER, LEAD),
    *grant("order.see", MANAGER, to=Relation.OWN_RECORD),
    *grant("order.see", MANAGER, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.see", LEAD),
    *grant("order.place", MANAGER, to=Relation.OWN_RECORD),
    *grant("order.place", MANAGER, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.place", LEAD),
    *grant("consultations.see", LEAD),
    *grant("house.see", LEAD),
    *grant("house.arrange", LEAD, "ops"),
    *grant("statistics.read", LEAD, "centre_head", "report_reader", "auditor", "service"),
)
PERMISSIONS = permissions(RULES)


def sees_all_cases(actor: Actor) -> bool:
    """A lead, and the service itself in a reaction or chore (nobody signs in as it)."""
    return "service" in actor.roles or Relation.HOUSE in reach(RULES, actor.roles, "case.see")


def sees_all_disclosures(actor: Actor) -> bool:
    """Who is answerable for what the house told of people, and who checks it (Art. 5(2) GDPR)."""
    return sees_all_cases(actor) or "auditor" in actor.roles


def relations_to_case(actor: Actor, responsible: str, deputies: Collection[str]) -> frozenset[Relation]:
    return frozenset({Relation.OWN_CASE} if actor.id == responsible or actor.id in deputies else ())


def may_see_case(actor: Actor, responsible: str, deputies: Collection[str]) -> bool:
    """Own cases, those one stands in for, and for a lead all of the house."""
    return sees_all_cases(actor) or allowed(RULES, actor.roles, "case.see", relations_to_case(actor, responsible, deputies))


def may_see_order(actor: Actor, requested_by: str, sees_its_case: bool) -> bool:
    """Orders one has placed oneself, and those of the cases one may see."""
    own = {relation for relation, holds in ((Relation.OWN_RECORD, actor.id == requested_by), (Relation.OWN_CASE, sees_its_case)) if holds}
    return sees_all_cases(actor) or allowed(RULES, actor.roles, "order.see", own)
