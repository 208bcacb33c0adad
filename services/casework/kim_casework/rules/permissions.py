"""Who may do what: roles for actions, and the relation to a case for everything that touches one.

The same functions decide for pages, the JSON door and lists.
"""

from __future__ import annotations

from collections.abc import Collection

from kim_runtime.act import Actor

CASE_WORKERS = frozenset({"case_manager", "case_lead"})
LEADS = frozenset({"case_lead"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "week.see": CASE_WORKERS,
    "case.see": CASE_WORKERS,
    "case.work": CASE_WORKERS,
    "case.admit": CASE_WORKERS,
    "case.assign": LEADS,
    "proposal.see": CASE_WORKERS,
    "proposal.decide": CASE_WORKERS,
    "order.see": CASE_WORKERS,
    "order.place": CASE_WORKERS,
    "consultations.see": LEADS,
    "house.see": LEADS,
    "house.arrange": LEADS | {"ops"},
    "statistics.read": LEADS | {"centre_head", "report_reader", "auditor", "service"},
}


def sees_all_cases(actor: Actor) -> bool:
    """A lead, and the service itself in a reaction or chore."""
    return bool(actor.roles & (LEADS | {"service"}))


def sees_all_disclosures(actor: Actor) -> bool:
    """Who is answerable for what the house told of people, and who checks it (Art. 5(2) GDPR)."""
    return sees_all_cases(actor) or "auditor" in actor.roles


def may_see_case(actor: Actor, responsible: str, deputies: Collection[str]) -> bool:
    """Own cases, those one stands in for, and for a lead all of the house.

    § 35(1) SGB I: secrecy also within the body; only who needs it for the task.
    """
    if sees_all_cases(actor):
        return True
    return bool(actor.roles & CASE_WORKERS) and (actor.id == responsible or actor.id in deputies)


def may_see_order(actor: Actor, requested_by: str, sees_its_case: bool) -> bool:
    """Orders one has placed oneself, and those of the cases one may see."""
    return sees_all_cases(actor) or actor.id == requested_by or sees_its_case
