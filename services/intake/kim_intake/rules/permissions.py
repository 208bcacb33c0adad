"""Who may do what in intake. Deny by default: an action not listed is nobody's.

A talk, a hand-over and a proposal belong to the site where they happened. A person who can be found again belongs to the house: a family
comes back wherever it is nearer, and must not have to tell everything again.
"""

from __future__ import annotations

from typing import Final

from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, allowed, grant, permissions

DESK = "intake_staff"
_FIGURES = (DESK, "centre_head", "report_reader", "auditor", "service")

RULES: Final[Rules] = (
    *grant("today.see", DESK, to=Relation.OWN_SITE),
    *grant("consultation.see", DESK, to=Relation.OWN_SITE),
    *grant("consultation.record", DESK, to=Relation.OWN_SITE),
    *grant("consultation.correct", DESK, to=Relation.OWN_SITE),
    *grant("hand_over.see", DESK, to=Relation.OWN_SITE),
    *grant("hand_over.make", DESK, to=Relation.OWN_SITE),
    *grant("hand_over.take", DESK, to=Relation.OWN_SITE),
    *grant("client.see", DESK, note="after a search or by return code; of the talks only those of the own sites are shown"),
    *grant("client.register", DESK),
    *grant("proposal.see", DESK, to=Relation.OWN_SITE),
    *grant("proposal.make", DESK, to=Relation.OWN_SITE),
    *grant(
        "entry.move", DESK, to=Relation.OWN_RECORD, note="to who made it, within the hour, once; only what that person might have entered"
    ),
    *grant("entry.settle", "centre_head", note="of an entry that two disown: its kind, its time and whose it is; not what it says"),
    *grant("site.see", *_FIGURES, note="names of sites and their bodies"),
    *grant("statistics.read", *_FIGURES),
)
PERMISSIONS: Final = permissions(RULES)


def works_at_the_desk(actor: Actor) -> bool:
    return DESK in actor.roles


def checks_disclosures(actor: Actor) -> bool:
    """Who checks what the house told of people (Art. 5(2) GDPR). A lead of case management is none at this desk."""
    return "auditor" in actor.roles


def may_work_at(actor: Actor, site: str) -> bool:
    """Whether the actor's desk can be at this site. Who has no site of their own may sit at any (substitutes do)."""
    return not actor.sites or site in actor.sites


def relations_to_site(actor: Actor, site: str) -> frozenset[Relation]:
    return frozenset({Relation.OWN_SITE} if may_work_at(actor, site) else ())


def may_at_site(actor: Actor, action: str, site: str) -> bool:
    """Whether the actor may do this with what happened at this site; the service itself may (nobody signs in as it)."""
    return "service" in actor.roles or allowed(RULES, actor.roles, action, relations_to_site(actor, site))
