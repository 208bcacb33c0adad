"""The people a service knows: whoever signed in to it, as they were then. A foreign provider gives no list of accounts, so this is all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kim_runtime.act import Actor
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as Rows

from kim_web.tables import people

KNOWN_FOR = timedelta(days=90)


SUBJECT = "subject"  # beside the actor: what the provider calls them, whatever they are called here


def note(rows: Rows, actor: Actor, now: datetime, subject: str = "") -> None:
    """Somebody signs in: from now on they are known with these roles and sites."""
    insert = postgresql.insert if rows.get_bind().dialect.name == "postgresql" else sqlite.insert
    kept = {"actor": {**written(actor), SUBJECT: subject}, "seen_at": now}
    rows.execute(insert(people).values(actor_id=actor.id, **kept).on_conflict_do_update(index_elements=["actor_id"], set_=kept))


def known(rows: Rows, now: datetime) -> list[Actor]:
    """Who signed in within the last 90 days, by name."""
    found = [actor_of(row.actor_id, row.actor) for row in rows.execute(select(people).where(people.c.seen_at >= now - KNOWN_FOR))]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def person(rows: Rows, actor_id: str, now: datetime) -> Actor | None:
    """One of them, or None."""
    row = rows.execute(select(people).where(people.c.actor_id == actor_id, people.c.seen_at >= now - KNOWN_FOR)).first()
    return actor_of(row.actor_id, row.actor) if row is not None else None


def was_called_otherwise(rows: Rows, actor: Actor, subject: str) -> bool:
    """Whether the provider's person is known here by another id: then cases, drafts and audits go by two names."""
    others = rows.scalars(select(people.c.actor).where(people.c.actor_id != actor.id))
    return any(subject and one.get(SUBJECT) == subject for one in others)


def forget(rows: Rows, now: datetime) -> None:
    """Delete who has not been here for 90 days."""
    rows.execute(delete(people).where(people.c.seen_at < now - KNOWN_FOR))


def written(actor: Actor) -> dict[str, Any]:
    """An actor as a row keeps them, beside their id."""
    return {
        "name": actor.name, "organisation": actor.organisation, "roles": sorted(actor.roles), "sites": sorted(actor.sites),
        "staff": actor.staff,
    }  # fmt: skip


def actor_of(actor_id: str, kept: Mapping[str, Any]) -> Actor:
    """The actor a row keeps."""
    return Actor(
        actor_id, kept["name"], kept["organisation"], frozenset(kept["roles"]), frozenset(kept["sites"]), kept["staff"]
    )  # fmt: skip
