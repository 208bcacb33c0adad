"""Who may do what, as a table: role × relation to the thing × state of the thing. What no rule allows is refused.

A service declares its rules in `rules/permissions.py`; pages, JSON door, lists and operations all ask `allowed`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ANY_STATE: Final = ""


class Relation(StrEnum):
    """What somebody has to do with a thing. Everybody of the house has HOUSE; another house has another database."""

    HOUSE = "house"  # the whole organisation (das ganze Haus)
    OWN_SITE = "own_site"  # their sites, or any for who has no site of their own (eigener Standort)
    OWN_TEAM = "own_team"  # of their team or of nobody's, or any for who is in no team (eigenes Team)
    NO_TEAM = "no_team"  # in no team themselves, so that the whole house is theirs (ohne Team)
    OWN_CASE = "own_case"  # responsible for it, or standing in (eigener Fall)
    OWN_RECORD = "own_record"  # recorded or placed by themselves (selbst erfasst)
    ENTRUSTED = "entrusted"  # may read protected records, besides what the role of the line does (mit Zugang zu geschützten Akten)
    EMERGENCY = "emergency"  # opened in an emergency, with a reason, for a short while (Notzugriff)
    SECOND_PERSON = "second_person"  # nobody under whose name the step before ever stood (zweite Person, Vier-Augen)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `state` narrows to things in that state; `note` says what an operation asks beyond it, or on what ground.

    `not_beside`: roles with which one person must not have this line too. What they see together would tell more than each alone.
    """

    action: str
    role: str
    relation: Relation = Relation.HOUSE
    state: str = ANY_STATE
    note: str = ""
    not_beside: frozenset[str] = frozenset()

    def is_for(self, roles: Collection[str]) -> bool:
        """Whether it holds for somebody with these roles."""
        return self.role in roles and self.not_beside.isdisjoint(roles)


Rules = tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor stands to a thing, in which state it is, and `because`: the reason given for an emergency, if they opened it in one."""

    relations: frozenset[Relation]
    state: str = ANY_STATE
    because: str = ""


def grant(
    action: str, *roles: str, to: Relation = Relation.HOUSE, state: str = ANY_STATE, note: str = "", not_beside: Collection[str] = ()
) -> Rules:
    """The same rule for several roles."""
    return tuple(Rule(action, role, to, state, note, frozenset(not_beside)) for role in roles)


def entry_rules(*makers: str, settled_by: Collection[str]) -> Rules:
    """Who gives entries that somebody else made under their name to that person (Das war ich nicht), and who settles whose they are."""
    return (
        *grant("entry.move", *makers, to=Relation.OWN_RECORD,
               note="to who made it, within the hour, once; only what that person might enter at that moment"),
        *grant("entry.settle", *settled_by, note="of an entry that two disown: its kind, its time and whose it is; not what it says"),
    )  # fmt: skip


def permissions(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """For each action the roles that may do it with something, each by itself."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules:
        found[rule.action] = found.get(rule.action, frozenset()) | {rule.role}
    return found


def has_a_line(rules: Iterable[Rule], roles: Collection[str], action: str) -> bool:
    """Whether these roles may do the action with anything at all: what is asked before a view is called."""
    return any(rule.action == action and rule.is_for(roles) for rule in rules)


def reach(rules: Iterable[Rule], roles: Collection[str], action: str, state: str = ANY_STATE) -> frozenset[Relation]:
    """By which relations these roles may do the action with a thing in this state: what a list is made of."""
    return frozenset(rule.relation for rule in rules if rule.action == action and rule.is_for(roles) and rule.state in {ANY_STATE, state})


def allowed(rules: Iterable[Rule], roles: Collection[str], action: str, relations: Collection[Relation], state: str = ANY_STATE) -> bool:
    """Whether these roles may do the action with a thing to which they have these relations. HOUSE need not be named."""
    return not reach(rules, roles, action, state).isdisjoint({Relation.HOUSE, *relations})


def ground(rules: Iterable[Rule], roles: Collection[str], action: str, standing: Standing) -> str | None:
    """Whether these roles may do the action with a thing to which they stand so: None if not, else the reason that is written down with it:
    that of the emergency where nothing but the emergency allows it, and mostly none ("").
    """
    rules = tuple(rules)
    if allowed(rules, roles, action, standing.relations - {Relation.EMERGENCY}, standing.state):
        return ""
    return standing.because if allowed(rules, roles, action, standing.relations, standing.state) else None
