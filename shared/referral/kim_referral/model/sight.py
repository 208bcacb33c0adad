"""How somebody stands to a received referral: to one (`standing_to`), and to all, for lists (`received_open_to`). Both say the same."""

from __future__ import annotations

from collections.abc import Mapping

from kim_protection.model import Opened
from kim_protection.rules import EMERGENCIES_SHOWN_FOR, PROTECTED, state_of
from kim_runtime.act import Act
from kim_runtime.policy import Relation, Standing, ground, reach
from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true
from sqlalchemy.orm import Session

from kim_referral.model.protection import LOCKS, EmergencyAccess
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.rules.permissions import COUNSELLING, SHOWN, is_entrusted, rules_for

# Of whichever desk: who is none of this service the doors have refused before (`rules_for`).
_RULES = rules_for(*COUNSELLING)


def standing_to(session: Session, act: Act, received: ReceivedReferral) -> Standing:
    """The whole desk's, unless it is protected: then who closed it keeps it, and who may read such records stands to it by that."""
    protection = LOCKS.protection_of(session, received.id)
    if protection is None:
        return Standing(frozenset(), SHOWN)
    me = act.actor.id
    state = state_of(protected=True, about_oneself=protection.subject == me)
    if state != PROTECTED:
        return Standing(frozenset(), state)
    opened = LOCKS.emergency_of(session, received.id, me, act.at)
    ways = {
        Relation.OWN_RECORD: protection.protected_by == me,
        Relation.ENTRUSTED: is_entrusted(act.actor),
        Relation.EMERGENCY: opened is not None,
    }
    return Standing(frozenset(way for way, holds in ways.items() if holds), state, opened.reason if opened else "")


def lets(session: Session, act: Act, action: str, received: ReceivedReferral) -> bool:
    """Whether the actor may do `action` with it, as `kim_web.policy.decide` says: for operations."""
    return ground(_RULES, act.actor.roles, action, standing_to(session, act, received)) is not None


def received_open_to(act: Act, action: str) -> ColumnElement[bool]:
    """With which received referrals the actor may do `action`."""
    me, roles, id_ = act.actor.id, act.actor.roles, ReceivedReferral.id
    closed = id_.in_(LOCKS.protected())
    plain = true() if Relation.HOUSE in reach(_RULES, roles, action, SHOWN) else false()
    by: Mapping[Relation, ColumnElement[bool]] = {
        Relation.HOUSE: true(),
        Relation.OWN_RECORD: id_.in_(LOCKS.protected_by(me)),
        Relation.ENTRUSTED: true() if is_entrusted(act.actor) else false(),
        Relation.EMERGENCY: id_.in_(LOCKS.opened_in_emergency(me, act.at)),
    }
    special = or_(false(), *(by[way] for way in reach(_RULES, roles, action, PROTECTED)))
    return or_(and_(not_(closed), plain), and_(closed, not_(id_.in_(LOCKS.about(me))), special))


def protected_received(session: Session) -> frozenset[str]:
    """The ids of the received referrals that are protected."""
    return frozenset(session.scalars(LOCKS.protected()))


def emergencies_to_know(session: Session, act: Act) -> list[Opened[ReceivedReferral, EmergencyAccess]]:
    """Who keeps a protected referral, and who may read such records, learns for four weeks who opened it in an emergency, and why."""
    me = act.actor.id
    things = select(ReceivedReferral.id).where(
        true() if is_entrusted(act.actor) else ReceivedReferral.id.in_(LOCKS.protected_by(me)), ReceivedReferral.id.not_in(LOCKS.about(me))
    )
    found = LOCKS.emergencies_since(session, things, act.at - EMERGENCIES_SHOWN_FOR)
    return [Opened(session.get_one(ReceivedReferral, one.received_id), one) for one in found if one.actor != me]
