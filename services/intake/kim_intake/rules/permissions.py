"""Who may do what in intake: the table, and what an actor has to do with a thing of the desk. What stands in no line is nobody's.

A talk, a hand-over and a proposal belong to the site where they happened. A person who can be found again belongs to the house: a family
comes back wherever it is nearer, and must not have to tell everything again. The record of a protected person (geschützte Akte: of a
colleague, of somebody whose address is blocked, § 51 BMG, or who is in danger) is closed to the desk too, with all that hangs on it, and
nobody has anything to do with the record about themselves: such a state stands in no line, so nothing is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kim_protection.rules import PROTECTED, PROTECTED_READER, UNPROTECTED, state_of
from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, Standing, entry_rules, grant, ground, permissions, reach

DESK = "intake_staff"
_FIGURES = ("centre_head", "report_reader", "auditor", "service")
_TALKS = "after a search or by return code; of the talks only those of the own sites are shown"
_KEEPS = "§ 35 SGB I: registered the person, or closed the record"
_BRIEFLY = "by its address, for a short while, each look with its reason in the audit; in no list"


def _at_the_desk(action: str) -> Rules:
    """What the desks of a site do with what happened there; of protected people those who keep the record, or may read such records."""
    return (
        *grant(action, DESK, to=Relation.OWN_SITE, state=UNPROTECTED),
        *grant(action, DESK, to=Relation.OWN_RECORD, state=PROTECTED, note=_KEEPS),
        *grant(action, DESK, to=Relation.ENTRUSTED, state=PROTECTED),
    )


def _seen_too(action: str) -> Rules:
    """What more of protected people is seen and not worked on."""
    return (
        *grant(action, PROTECTED_READER, state=PROTECTED),
        *grant(action, DESK, to=Relation.EMERGENCY, state=PROTECTED, note=_BRIEFLY),
    )


RULES: Final[Rules] = (
    *grant("today.see", DESK, to=Relation.OWN_SITE),
    *_at_the_desk("consultation.list"),
    *grant("consultation.list", PROTECTED_READER, state=PROTECTED),
    *_at_the_desk("consultation.see"),
    *_seen_too("consultation.see"),
    *_at_the_desk("consultation.record"),
    *_at_the_desk("consultation.correct"),
    *_at_the_desk("hand_over.see"),
    *grant("hand_over.see", DESK, to=Relation.EMERGENCY, state=PROTECTED, note=_BRIEFLY),
    *_at_the_desk("hand_over.make"),
    *_at_the_desk("hand_over.take"),
    *grant("client.list", DESK, state=UNPROTECTED, note=_TALKS),
    *grant("client.list", DESK, to=Relation.OWN_RECORD, state=PROTECTED, note=_KEEPS),
    *grant("client.list", PROTECTED_READER, state=PROTECTED),
    *grant("client.see", DESK, state=UNPROTECTED, note=_TALKS),
    *grant("client.see", DESK, to=Relation.OWN_RECORD, state=PROTECTED, note=_KEEPS),
    *_seen_too("client.see"),
    *grant("client.register", DESK, state=UNPROTECTED),
    *grant("client.register", DESK, to=Relation.OWN_RECORD, state=PROTECTED, note=_KEEPS),
    *grant("client.register", DESK, to=Relation.ENTRUSTED, state=PROTECTED),
    *grant("client.protect", DESK, state=UNPROTECTED),
    *grant("client.protect", DESK, to=Relation.OWN_RECORD, state=PROTECTED, note="a second time changes nothing"),
    *grant("client.unprotect", PROTECTED_READER, state=PROTECTED),
    *grant("visitor.protect", DESK, to=Relation.OWN_SITE, state=UNPROTECTED, note="of a talk: the record is made and closed in one step"),
    *grant("visitor.protect", DESK, to=Relation.OWN_RECORD, state=PROTECTED, note="a second time changes nothing"),
    *grant("client.open_in_emergency", DESK, state=PROTECTED, note="by return code, with a reason"),
    *_at_the_desk("proposal.see"),
    *grant("proposal.make", DESK, to=Relation.OWN_SITE, state=UNPROTECTED),
    *entry_rules(DESK, settled_by=("centre_head",)),
    *grant("house.arrange", "centre_head", "ops", note="sites and the bodies under their roofs; nothing of anybody"),
    *grant("site.see", DESK, *_FIGURES, note="names of sites and their bodies"),
    # No desk, whatever else they are: who lists the other talks would read those of protected people off the difference, day by day
    # (docs/security.md).
    *grant("statistics.read", *_FIGURES, not_beside={DESK}),
)
PERMISSIONS: Final = permissions(RULES)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an actor has to do with a thing of the desk at a moment.

    `at_own_site`: it happened where their desk can be, or belongs to the whole house. `keeps`: has registered the person it is about, or
    closed their record. `entrusted`: may read protected records. `emergency`: has opened it within the hour, with the reason `because`.
    """

    at_own_site: bool = False
    keeps: bool = False
    entrusted: bool = False
    emergency: bool = False
    because: str = ""
    protected: bool = False
    about_oneself: bool = False

    @property
    def standing(self) -> Standing:
        return Standing(self.relations, self.state, self.because)

    @property
    def state(self) -> str:
        return state_of(protected=self.protected, about_oneself=self.about_oneself)

    @property
    def relations(self) -> frozenset[Relation]:
        """What protection lets through is never more than the desk would see without it, so that a site stays a site."""
        if self.about_oneself or not self.at_own_site:
            return frozenset()
        ways = {Relation.OWN_RECORD: self.keeps, Relation.ENTRUSTED: self.entrusted, Relation.EMERGENCY: self.emergency}
        return frozenset({Relation.OWN_SITE, *(way for way, holds in ways.items() if holds)})


def together(facts: Sequence[Facts]) -> Facts:
    """Of a thing that is about several people: as closed as the most closed of them, and open to who stands so to each that is closed."""
    closed = [one for one in facts if one.protected]
    return Facts(
        at_own_site=all(one.at_own_site for one in facts),
        keeps=bool(closed) and all(one.keeps for one in closed),
        entrusted=bool(closed) and all(one.entrusted for one in closed),
        emergency=bool(closed) and all(one.emergency for one in closed),
        because=next((one.because for one in closed), ""),
        protected=bool(closed),
        about_oneself=any(one.about_oneself for one in facts),
    )


def works_at_the_desk(actor: Actor) -> bool:
    return DESK in actor.roles


def is_entrusted(actor: Actor) -> bool:
    """Who may read protected records, beside what else they do."""
    return PROTECTED_READER in actor.roles


def checks_disclosures(actor: Actor) -> bool:
    """Who checks what the house told of people (Art. 5(2) GDPR). A lead of case management is none at this desk."""
    return "auditor" in actor.roles


def is_own_site(actor: Actor, site: str) -> bool:
    """Whether the actor's desk can be at this site. Who has no site of their own may sit at any (substitutes do)."""
    return not actor.sites or site in actor.sites


def may_do(actor: Actor, action: str, facts: Facts) -> bool:
    """Whether the actor may do `action` with a thing of which this holds."""
    return ground(RULES, actor.roles, action, facts.standing) is not None


def may_at(actor: Actor, action: str, site: str) -> bool:
    """Whether the actor may do `action` at a site, with nobody in particular."""
    return may_do(actor, action, Facts(at_own_site=is_own_site(actor, site)))


def ways_to(actor: Actor, action: str, *, protected: bool) -> frozenset[Relation]:
    """By which relations the actor may do `action` with things that are protected, or not: what a list is made of."""
    return reach(RULES, actor.roles, action, PROTECTED if protected else UNPROTECTED)
