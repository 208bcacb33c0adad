"""Who may do what in casework: the table, and what an actor has to do with a case or an order. Asked by `kim_web.policy.decide` for pages,
templates and programs, by `model.standing.lets` for operations, and line by line for lists (`ways_to`).

§ 35(1) SGB I: secrecy also within the body; a case is for who needs it for the task. A protected case (geschützte Akte: of a colleague, of
somebody whose address is blocked, § 51 BMG, or who is in danger) is closed to the house too, and nobody has anything to do with the case
about themselves: such a state stands in no line, so nothing is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kim_protection.rules import PROTECTED, PROTECTED_READER, UNPROTECTED, state_of
from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, Standing, entry_rules, grant, permissions, reach

MANAGER, LEAD = "case_manager", "case_lead"
_SECRECY = "§ 35 SGB I"
_ALONE = "number and who looks after it, no names"
_BRIEFLY = "by its address, for a short while, each look with its reason in the audit; in no list"

RULES: Final[Rules] = (
    *grant("week.see", MANAGER, LEAD),
    *grant("case.list", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.list", LEAD, state=UNPROTECTED),
    *grant("case.list", PROTECTED_READER, state=PROTECTED),
    *grant("case.see", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.see", LEAD, state=UNPROTECTED),
    *grant("case.see", PROTECTED_READER, state=PROTECTED),
    *grant("case.see", MANAGER, to=Relation.EMERGENCY, state=UNPROTECTED, note=_BRIEFLY),
    *grant("case.see", LEAD, to=Relation.EMERGENCY, note=_BRIEFLY),
    *grant("case.work", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.work", LEAD, state=UNPROTECTED),
    *grant("case.admit", MANAGER, LEAD),
    *grant("case.assign", LEAD, state=UNPROTECTED),
    *grant("case.assign", LEAD, state=PROTECTED, note=_ALONE),
    *grant("case.protect", MANAGER, LEAD, to=Relation.OWN_CASE),
    *grant("case.protect", LEAD, state=UNPROTECTED),
    *grant("case.unprotect", PROTECTED_READER, state=PROTECTED),
    *grant("case.open_in_emergency", MANAGER, state=UNPROTECTED, note="of a colleague, with a reason"),
    *grant("case.open_in_emergency", LEAD, state=PROTECTED, note="with a reason"),
    *grant("cover.see", LEAD),
    *grant("cover.give", LEAD),
    *grant("cover.end", LEAD),
    *grant("proposal.see", MANAGER, LEAD),
    *grant("proposal.decide", MANAGER, LEAD),
    *grant("order.list", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.list", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.list", LEAD, state=UNPROTECTED),
    *grant("order.list", PROTECTED_READER, state=PROTECTED),
    *grant("order.see", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.see", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.see", LEAD, state=UNPROTECTED),
    *grant("order.see", PROTECTED_READER, state=PROTECTED),
    *grant("order.see", MANAGER, to=Relation.EMERGENCY, state=UNPROTECTED, note=_BRIEFLY),
    *grant("order.see", LEAD, to=Relation.EMERGENCY, note=_BRIEFLY),
    *grant("order.place", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.place", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.place", LEAD, state=UNPROTECTED),
    *entry_rules(MANAGER, LEAD, settled_by=(LEAD, "centre_head")),
    *grant("consultations.see", LEAD, not_beside={"intake_staff"}),  # who lists the other talks of intake would read the rest off them
    *grant("house.see", LEAD),
    *grant("house.arrange", LEAD),
    # No lead, whatever else they are: whoever lists the unprotected cases would read the protected ones off the difference, day by day
    # (docs/security.md).
    *grant("statistics.read", "centre_head", "report_reader", "auditor", "service", not_beside={LEAD}),
)
PERMISSIONS = permissions(RULES)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an actor has to do with a case on a day. `covers`: stands in for who is responsible, for some days; `covers_protected`: for
    the protected cases too; `emergency`: has opened it within the hour, with the reason `because`.
    """

    responsible: bool = False
    deputy: bool = False
    covers: bool = False
    covers_protected: bool = False
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
        if self.about_oneself:
            return frozenset()
        covers = self.covers and (self.covers_protected or not self.protected)
        own = {Relation.OWN_CASE} if self.responsible or self.deputy or covers else set()
        return frozenset(own | ({Relation.EMERGENCY} if self.emergency else set()))


def ways_to(actor: Actor, action: str, *, protected: bool) -> frozenset[Relation]:
    """By which relations the actor may do `action` with cases that are protected, or not: what a list is made of."""
    return reach(RULES, actor.roles, action, PROTECTED if protected else UNPROTECTED)


def sees_all_disclosures(actor: Actor) -> bool:
    """Who is answerable for what the house told of people, and who checks it (Art. 5(2) GDPR)."""
    return not actor.roles.isdisjoint({LEAD, "auditor"})


def standing_to_order(requested_by_oneself: bool, facts: CaseFacts | None) -> Standing:
    """How an actor stands to an order they have placed or not; `facts` of its case, if it has one."""
    of_case = facts.standing if facts else Standing(frozenset(), UNPROTECTED)
    own = {Relation.OWN_RECORD} if requested_by_oneself else set()
    return replace(of_case, relations=of_case.relations | own)
