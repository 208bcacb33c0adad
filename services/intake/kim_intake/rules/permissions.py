"""Who may do what in intake. Deny by default: an action not listed is nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_runtime.act import Actor

_DESK = frozenset({"intake_staff"})
_FIGURES = frozenset({"intake_staff", "centre_head", "report_reader", "auditor", "service"})

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "today.see": _DESK,
    "consultation.see": _DESK,
    "consultation.record": _DESK,
    "consultation.correct": _DESK,
    "hand_over.see": _DESK,
    "hand_over.make": _DESK,
    "hand_over.take": _DESK,
    "client.see": _DESK,
    "client.register": _DESK,
    "proposal.see": _DESK,
    "proposal.make": _DESK,
    "site.see": _FIGURES,
    "statistics.read": _FIGURES,
}


def works_at_the_desk(actor: Actor) -> bool:
    return bool(actor.roles & _DESK)


def checks_disclosures(actor: Actor) -> bool:
    """Who checks what the house told of people (Art. 5(2) GDPR). A lead of case management is none at this desk."""
    return "auditor" in actor.roles


def may_work_at(actor: Actor, site: str) -> bool:
    """Whether the actor's desk can be at this site. Who has no site of their own may sit at any (substitutes do)."""
    return not actor.sites or site in actor.sites
