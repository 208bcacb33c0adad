"""Who may do what in casework: the table, and what an actor has to do with a case or an order. Asked by `kim_web.policy.decide` for pages,
templates and programs, by `model.standing.lets` for operations, and line by line for lists (`ways_to`).

§ 35(1) SGB I: secrecy also within the body; a case is for who needs it for the task. A protected case (geschützte Akte: of a colleague, of
somebody whose address is blocked, § 51 BMG, or who is in danger) is closed to the house too, and nobody has anything to do with the case
about themselves: such a state stands in no line, so nothing is allowed.

A case is of the team of who is responsible for it today. A lead in a team has what is of that team, and what is of nobody's: else a case
whose colleague is in no team would be no lead's. A lead in no team has the whole house.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kim_protection.rules import PROTECTED, PROTECTED_READER, UNPROTECTED, state_of
from kim_runtime.act import Actor
from kim_runtime.policy import Relation, Rules, Standing, entry_rules, grant, permissions, reach

MANAGER, LEAD, HEAD = "case_manager", "case_lead", "centre_head"
_SECRECY = "§ 35 SGB I"
_ALONE = "number and who looks after it, no names"
_BRIEFLY = "by its address, for a short while, each look with its reason in the audit; in no list"
_ABSENT = "by the team of who is absent"
_WIDER = "else a lead could widen what they see"

RULES: Final[Rules] = (
    *grant("week.see", MANAGER, LEAD),
    *grant("case.list", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.list", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("case.list", PROTECTED_READER, state=PROTECTED),
    *grant("case.see", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.see", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("case.see", PROTECTED_READER, state=PROTECTED),
    *grant("case.see", MANAGER, to=Relation.EMERGENCY, state=UNPROTECTED, note=_BRIEFLY),
    *grant("case.see", LEAD, to=Relation.EMERGENCY, note=_BRIEFLY),
    *grant("case.work", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("case.work", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("case.admit", MANAGER, LEAD),
    *grant("case.assign", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("case.assign", LEAD, to=Relation.OWN_TEAM, state=PROTECTED, note=_ALONE),
    *grant("case.protect", MANAGER, LEAD, to=Relation.OWN_CASE),
    *grant("case.protect", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("case.unprotect", PROTECTED_READER, state=PROTECTED),
    *grant("case.open_in_emergency", MANAGER, LEAD, state=UNPROTECTED, note="of a colleague or another team, with a reason"),
    *grant("case.open_in_emergency", LEAD, state=PROTECTED, note="with a reason"),
    *(line for action in ("cover.see", "cover.give", "cover.end") for line in grant(action, LEAD, to=Relation.OWN_TEAM, note=_ABSENT)),
    *grant("proposal.see", MANAGER, LEAD),
    *grant("proposal.decide", MANAGER, LEAD),
    *grant("order.list", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.list", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.list", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("order.list", PROTECTED_READER, state=PROTECTED),
    *grant("order.see", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.see", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.see", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *grant("order.see", PROTECTED_READER, state=PROTECTED),
    *grant("order.see", MANAGER, to=Relation.EMERGENCY, state=UNPROTECTED, note=_BRIEFLY),
    *grant("order.see", LEAD, to=Relation.EMERGENCY, note=_BRIEFLY),
    *grant("order.place", MANAGER, LEAD, to=Relation.OWN_RECORD, state=UNPROTECTED),
    *grant("order.place", MANAGER, LEAD, to=Relation.OWN_CASE, note=_SECRECY),
    *grant("order.place", LEAD, to=Relation.OWN_TEAM, state=UNPROTECTED),
    *entry_rules(MANAGER, LEAD, settled_by=(LEAD, HEAD)),
    *grant("consultations.see", LEAD, not_beside={"intake_staff"}),  # who lists the other talks of intake would read the rest off them
    *grant("house.see", LEAD),
    *grant("house.arrange", LEAD, to=Relation.OWN_TEAM, note="sites are the house's"),
    *grant("team.see", LEAD, HEAD),
    *grant("team.arrange", LEAD, HEAD, to=Relation.NO_TEAM, note=_WIDER),
    # No lead, whatever else they are: whoever lists the unprotected cases would read the protected ones off the difference, day by day
    # (docs/security.md).
    *grant("statistics.read", HEAD, "report_reader", "auditor", "service", not_beside={LEAD}),
)
PERMISSIONS = permissions(RULES)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an actor has to do with a case on a day. `covers`: stands in for who is responsible, for some days; `covers_protected`: for
    the protected cases too; `other_team`: is in a team, and who is responsible in another; `emergency`: has opened it within the hour, with
    the reason `because`.
    """

    responsible: bool = False
    deputy: bool = False
    covers: bool = False
    covers_protected: bool = False
    other_team: bool = False
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
        ways = {
            Relation.OWN_CASE: self.responsible or self.deputy or covers,
            Relation.OWN_TEAM: not self.other_team,
            Relation.EMERGENCY: self.emergency,
        }
        return frozenset(way for way, holds in ways.items() if holds)


def ways_to(actor: Actor, action: str, *, protected: bool) -> frozenset[Relation]:
    """By which relations the actor may do `action` with cases that are protected, or not: what a list is made of."""
    return reach(RULES, actor.roles, action, PROTECTED if protected else UNPROTECTED)


def checks_disclosures(actor: Actor) -> bool:
    """Who checks what the house told of people (Art. 5(2) GDPR)."""
    return "auditor" in actor.roles


def answers_for_disclosures(actor: Actor) -> bool:
    """Who is answerable for what their team told of people."""
    return LEAD in actor.roles


def standing_to_order(requested_by_oneself: bool, facts: CaseFacts | None, *, other_team: bool = False) -> Standing:
    """How an actor stands to an order they have placed or not; `facts` of its case, if it has one. Without one it is of the team of who
    placed it, `other_team` or not.
    """
    of_case = facts.standing if facts else Standing(_of_team(other_team=other_team), UNPROTECTED)
    own = {Relation.OWN_RECORD} if requested_by_oneself else set()
    return replace(of_case, relations=of_case.relations | own)


def standing_to_colleague(*, in_a_team: bool, other_team: bool) -> Standing:
    """How an actor, `in_a_team` or not, stands to a colleague, who is in another team than theirs or not."""
    return Standing(_of_team(other_team=other_team) | (frozenset() if in_a_team else {Relation.NO_TEAM}))


def _of_team(*, other_team: bool) -> frozenset[Relation]:
    return frozenset() if other_team else frozenset({Relation.OWN_TEAM})
