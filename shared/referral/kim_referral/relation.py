"""What somebody has to do with a consent, a release or a referral, as the mounting service says: asked by both doors and by `decide`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from kim_protection.commands import Lift, Protect
from kim_protection.doors import known_subject
from kim_runtime import policy
from kim_runtime.act import Act, Actor
from kim_runtime.refusal import NotFound
from kim_web.page import at_hand, found, this_act
from kim_web.web import this_web
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kim_referral.model.consent import Consent
from kim_referral.model.declaration import Declared
from kim_referral.model.received_referral import ReceivedReferral, received_referrals
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release
from kim_referral.model.seen import Seen
from kim_referral.model.sight import received_open_to, standing_to
from kim_referral.operations.record_consent import RecordConsent
from kim_referral.operations.record_release import RecordRelease
from kim_referral.rules.capacity import objection_to_birth_year
from kim_referral.rules.permissions import HIDDEN, SHOWN

PART: Final = "kim_referral"
Relation = Callable[[Act], Seen]
Operation = Callable[[Session, Act, Any], Any]
Thing = TypeVar("Thing", bound=Declared | Referral | ReceivedReferral)


def seen() -> Seen:
    """What the person signed in may see. Where the service says nothing, everybody sees what they recorded themselves and no more."""
    return _seen_by(this_act())


def _seen_by(act: Act) -> Seen:
    relation: Relation | None = this_web().doors.relations.get(PART)
    return relation(act) if relation is not None else Seen(act.actor.id)


def _standing(actor: Actor, thing: Consent | Release | Referral) -> policy.Standing:
    """Own is what the service shows somebody, whoever recorded it: the lists are made of the same `Seen`."""
    session, act = at_hand(actor, thing)
    shown_to, kind = _seen_by(act), type(thing)
    shown = shown_to.referrals() if isinstance(thing, Referral) else shown_to.declared(type(thing))
    own = session.scalar(select(kind.id).where(kind.id == thing.id, shown)) is not None
    hidden = not own and (thing.about_kind, thing.about_id) in shown_to.hidden_things(session)
    return policy.Standing(frozenset({policy.Relation.OWN_RECORD} if own else ()), HIDDEN if hidden else SHOWN)


def _standing_to_received(actor: Actor, received: ReceivedReferral) -> policy.Standing:
    """As its protection says, until it became something: then it is seen with that alone."""
    session, act = at_hand(actor, received)
    shown = session.scalar(select(ReceivedReferral.id).where(ReceivedReferral.id == received.id, _seen_by(act).received()))
    return standing_to(session, act, received) if shown else policy.Standing(frozenset(), HIDDEN)


STANDINGS: Final[dict[type, Callable[[Actor, Any], policy.Standing]]] = {
    **dict.fromkeys((Consent, Release, Referral), _standing),
    ReceivedReferral: _standing_to_received,
}


def told(session: Session, action: str, kind: type[Thing], thing_id: str) -> Thing:
    """A consent, release, referral or received referral with which the person signed in may do `action`.

    Raises NotFound for one that does not exist, or not for them.
    """
    return found(action, session.get(kind, thing_id), kind.unknown)


def once_told(action: str, kind: type[Thing], field: str, operation: Operation) -> Operation:
    """The same operation for a door: only with a thing, named in this field of the command, with which who acts may do `action`."""

    @wraps(operation)
    def checked(session: Session, act: Act, command: Any) -> Any:
        told(session, action, kind, getattr(command, field))
        return operation(session, act, command)

    return checked


def once_checked(operation: Operation) -> Operation:
    """The same operation for a door: records a declaration about what who acts may record one about, of somebody old enough to give it."""

    @wraps(operation)
    def checked(session: Session, act: Act, command: Any) -> Any:
        check_about(session, command.about_kind, command.about_id)
        check_giver(session, command, "age")
        return operation(session, act, command)

    return checked


def check_received(session: Session, action: str, command: Protect | Lift) -> None:
    """Before a received referral is closed, or opened again: raises NotFound, and Refused where it is about nobody who is known here."""
    told(session, action, ReceivedReferral, command.thing_id)
    known_subject(session, action, command)


def check_about(session: Session, kind: str | None, thing_id: str | None) -> None:
    """Raises NotFound where the person signed in may record nothing about this thing: there is none, or it is closed to them.

    Opened in an emergency it is no exception: then one looks, and records nothing.
    """
    if (kind or thing_id) and not seen().may_be_about(session, kind or "visitor", thing_id or ""):
        raise NotFound("about_unknown", "Worum es gehen soll, gibt es nicht. Bitte vom Fall oder von der Beratung aus neu beginnen.")


def check_giver(session: Session, declared: Declared | RecordConsent | RecordRelease, field: str) -> None:
    """Raises Refused where the service knows of whom it is about that they are too young to have given it so."""
    born = seen().born(session, declared.about_kind, declared.about_id, declared.person)
    objection = objection_to_birth_year(born, declared.age, declared.given_by, declared.given_on, field)
    if objection is not None:
        raise objection


def shown_received(session: Session, states: frozenset[str] | None = None) -> list[ReceivedReferral]:
    """Received referrals, all of the desk's but the protected ones and those that became something this person does not see."""
    return received_referrals(session, states, shown=and_(received_open_to(this_act(), "received_referral.list"), seen().received()))
