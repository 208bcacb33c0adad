"""How somebody stands to a case, an order, a colleague or a cover, and the decision by it for operations, which know no web.

`kim_web.policy.decide` asks the same table with the same standings (`doors.py`); beside the two nothing decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kim_runtime.act import Act
from kim_runtime.policy import Standing, ground, has_a_line
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, case_facts
from kim_casework.model.cover import Cover
from kim_casework.model.order import InterpretingOrder
from kim_casework.model.staff import StaffMember
from kim_casework.model.team import is_in_other_team, team_of
from kim_casework.rules.permissions import MANAGER, RULES, standing_to_colleague, standing_to_order


def _to_case(session: Session, act: Act, case: Case) -> Standing:
    return case_facts(session, act, case).standing


def _to_order(session: Session, act: Act, order: InterpretingOrder) -> Standing:
    facts = case_facts(session, act, order.case) if order.case else None
    other_team = facts is None and is_in_other_team(session, act.actor.id, order.requested_by)
    return standing_to_order(order.requested_by == act.actor.id, facts, other_team=other_team)


def _to_colleague(session: Session, act: Act, member: StaffMember) -> Standing:
    return _to_member(session, act, member.id)


def _to_cover(session: Session, act: Act, cover: Cover) -> Standing:
    return _to_member(session, act, cover.absent)


def _to_member(session: Session, act: Act, member: str) -> Standing:
    me = act.actor.id
    return standing_to_colleague(in_a_team=team_of(session, me) is not None, other_team=is_in_other_team(session, me, member))


STANDINGS: Final[Mapping[type, Callable[[Session, Act, Any], Standing]]] = {
    Case: _to_case, InterpretingOrder: _to_order, StaffMember: _to_colleague, Cover: _to_cover,
}  # fmt: skip


def lets(session: Session, act: Act, action: str, thing: object = None) -> bool:
    """Whether the actor may do `action`: with this thing, or without one with anything at all."""
    if thing is None:
        return has_a_line(RULES, act.actor.roles, action)
    return ground(RULES, act.actor.roles, action, STANDINGS[type(thing)](session, act, thing)) is not None


def manages_cases(act: Act) -> bool:
    """Whether who acts is a case manager by role: what they are, not what they may."""
    return MANAGER in act.actor.roles
