"""What of the desk an actor has to do with: of one thing (`facts_of`), and of all, for lists (`open_to`). Both give the same answer.

A thing of the desk says at which site it happened and whom it is about; of protected people it is closed with their record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kim_protection.model import Opened
from kim_protection.rules import EMERGENCIES_SHOWN_FOR
from kim_runtime.act import Act
from kim_runtime.policy import Relation
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, not_, or_, select, true
from sqlalchemy.orm import Session

from kim_intake.model.client import Client
from kim_intake.model.protection import LOCKS, EmergencyAccess, Protection
from kim_intake.rules.permissions import Facts, is_entrusted, is_own_site, may_do, together, ways_to

Column = SQLColumnExpression[str] | SQLColumnExpression[str | None]


class AboutPeople(Protocol):
    """A thing of the desk. `clients`: the ids of whom it is about, None for somebody who is not known."""

    @property
    def clients(self) -> tuple[str | None, ...]: ...


def lets(session: Session, act: Act, action: str, thing: AboutPeople) -> bool:
    """Whether the actor may do `action` with this thing. `kim_web.policy.decide` asks the same table with the same facts."""
    return may_do(act.actor, action, facts_of(session, act, thing))


def lets_with(session: Session, act: Act, action: str, site: str | None, client_id: str) -> bool:
    """Whether the actor may do `action` with a person at a site."""
    return may_do(act.actor, action, facts_about(session, act, site, client_id))


def facts_of(session: Session, act: Act, thing: AboutPeople) -> Facts:
    """What the actor has to do with a talk, a hand-over, a proposal or a person at the moment of the act."""
    site: str | None = None if isinstance(thing, Client) else getattr(thing, "site_id", None)
    return facts_about(session, act, site, *thing.clients)


def facts_about(session: Session, act: Act, site: str | None, *clients: str | None) -> Facts:
    """The same of what happened at a site (None: belongs to the house) with these people."""
    here = site is None or is_own_site(act.actor, site)
    asked = {client for client in clients if client}
    query = select(Protection).where(Protection.client_id.in_(asked), Protection.lifted_on.is_(None))
    protections = session.scalars(query).all() if asked else ()
    return together([Facts(at_own_site=here), *(_of_protected(session, act, here, protection) for protection in protections)])


def _of_protected(session: Session, act: Act, here: bool, protection: Protection) -> Facts:
    me, client_id = act.actor.id, protection.client_id
    opened = LOCKS.emergency_of(session, client_id, me, act.at)
    return Facts(
        at_own_site=here,
        keeps=protection.protected_by == me or session.get_one(Client, client_id).created_by == me,
        entrusted=is_entrusted(act.actor),
        emergency=opened is not None,
        because=opened.reason if opened else "",
        protected=True,
        about_oneself=protection.subject == me,
    )


def is_closed(session: Session, thing: AboutPeople) -> bool:
    """Whether it is about a protected person, whoever asks."""
    return any(LOCKS.protection_of(session, client) is not None for client in thing.clients if client)


def open_to(act: Act, action: str, site: Column | None, *clients: Column) -> ColumnElement[bool]:
    """With which rows the actor may do `action`. `site` is their column of the site, `clients` are those of whom they are about."""
    actor = act.actor
    here = true() if site is None or not actor.sites else site.in_(actor.sites)
    closed = or_(*(_among(client, LOCKS.protected()) for client in clients))
    about_oneself = or_(*(_among(client, LOCKS.about(actor.id)) for client in clients))
    plain, special = (ways_to(actor, action, protected=protected) for protected in (False, True))
    by_special = [and_(here, _to_each(act, way, clients)) for way in special - {Relation.HOUSE}]
    return or_(
        and_(not_(closed), true() if Relation.HOUSE in plain else here if Relation.OWN_SITE in plain else false()),
        and_(closed, not_(about_oneself), true() if Relation.HOUSE in special else or_(false(), *by_special)),
    )


def clients_open_to(act: Act, action: str) -> ColumnElement[bool]:
    return open_to(act, action, None, Client.id)


def hidden_clients(act: Act) -> Select[str]:
    """The ids of the protected people in no list of the actor's: nothing of the house shows them to this person."""
    return select(Client.id).where(Client.id.in_(LOCKS.protected()), not_(clients_open_to(act, "client.list")))


def protected_clients(session: Session, act: Act) -> Sequence[tuple[Client, Protection]]:
    """The protected people the actor may see, the last one closed on top."""
    query = select(Client, Protection).join(Protection, Protection.client_id == Client.id).where(Protection.lifted_on.is_(None))
    query = query.where(clients_open_to(act, "client.list")).order_by(Protection.since.desc(), Client.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def emergencies_to_know(session: Session, act: Act) -> list[Opened[Client, EmergencyAccess]]:
    """Who keeps a record, and who may read protected ones, learns for four weeks who opened it in an emergency, and why."""
    me = act.actor.id
    concerned = true() if is_entrusted(act.actor) else Client.id.in_(_kept_by(me))
    things = select(Client.id).where(concerned, Client.id.not_in(LOCKS.about(me)))
    found = LOCKS.emergencies_since(session, things, act.at - EMERGENCIES_SHOWN_FOR)
    return [Opened(session.get_one(Client, one.client_id), one) for one in found if one.actor != me]


def _to_each(act: Act, way: Relation, clients: Sequence[Column]) -> ColumnElement[bool]:
    """Rows to whose protected people, each of them, the actor stands so."""
    me = act.actor.id
    if way is Relation.ENTRUSTED:
        return true() if is_entrusted(act.actor) else false()
    ids = {Relation.OWN_RECORD: _kept_by(me), Relation.EMERGENCY: LOCKS.opened_in_emergency(me, act.at)}.get(way)
    if ids is None:
        return true() if way is Relation.OWN_SITE else false()
    return and_(*(or_(not_(_among(client, LOCKS.protected())), _among(client, ids)) for client in clients))


def _kept_by(actor: str) -> Select[str]:
    """Whom somebody registered, or whose record they closed."""
    return select(Client.id).where(or_(Client.created_by == actor, Client.id.in_(LOCKS.protected_by(actor))))


def _among(client: Column, ids: Select[str]) -> ColumnElement[bool]:
    """Nobody known is among nobody: without the first half the answer would be neither yes nor no."""
    return and_(client.is_not(None), client.in_(ids))
