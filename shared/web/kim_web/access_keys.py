"""Personal keys for programs (Zugangsschlüssel): `kim_<id>_<secret>`, shown once, kept as a hash, limited to some actions and a day."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_runtime.refusal import Refused
from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session as Rows

from kim_web.people import written
from kim_web.sessions import SIGNED_IN_ON, as_of, hash_of
from kim_web.tables import access_keys

PREFIX = "kim_"
LONGEST = timedelta(days=365)
# A provider of another tells no service that an account was closed: a key rests until its owner signs in here again.
RESTS_AFTER = timedelta(days=90)
ID_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def make(rows: Rows, actor: Actor, *, label: str, actions: Collection[str], ends_on: date, now: datetime) -> str:
    """Make a key for an actor. Returns it, for the only time. Raises Refused `no_actions`, `ends_too_late`, `ends_in_past`."""
    today = local_day(now)
    if not actions:
        raise Refused("no_actions", "Bitte mindestens eine Handlung ankreuzen, die der Schlüssel darf.", "actions")
    if ends_on <= today:
        raise Refused("ends_in_past", "Der letzte Tag muss in der Zukunft liegen.", "ends_on")
    if ends_on > today + LONGEST:
        raise Refused("ends_too_late", "Ein Schlüssel gilt höchstens ein Jahr.", "ends_on")
    key = new_key()
    keep(rows, key, actor, label=label, actions=actions, ends_on=ends_on, now=now)
    return key


def new_key() -> str:
    key_id = "".join(secrets.choice(ID_LETTERS) for _letter in range(8))
    return f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"


def id_of(key: str) -> str:
    """What a key is called, which opens nothing."""
    return key.split("_")[1]


def keep(rows: Rows, key: str, actor: Actor, *, label: str, actions: Collection[str], ends_on: date, now: datetime) -> None:
    """Write down what a key opens. One program may bring the same key to several services of a house."""
    rows.execute(delete(access_keys).where(access_keys.c.secret_hash == hash_of(key)))
    rows.execute(
        access_keys.insert(),
        {
            "secret_hash": hash_of(key), "id": id_of(key), "actor_id": actor.id, "actor": as_of(actor, now), "label": label,
            "actions": sorted(actions), "made_at": now, "ends_on": ends_on,
        },
    )  # fmt: skip


def use(rows: Rows, key: str, now: datetime) -> Row[Any] | None:
    """The key, if it still opens something and its owner has not been away for too long; the day of its use is written down."""
    today = local_day(now)
    found = rows.execute(select(access_keys).where(access_keys.c.secret_hash == hash_of(key), access_keys.c.ends_on >= today)).first()
    if found is None or today - _signed_in_on(found) > RESTS_AFTER:
        return None
    if found.used_on != today:
        rows.execute(update(access_keys).where(access_keys.c.secret_hash == found.secret_hash).values(used_on=today))
    return found


def _signed_in_on(key: Row[Any]) -> date:
    """The day of its owner's last sign-in at this service."""
    said = key.actor.get(SIGNED_IN_ON)
    return date.fromisoformat(said) if said else local_day(key.made_at)


def of(rows: Rows, actor_id: str) -> list[Row[Any]]:
    """The keys of a person, the newest first."""
    return list(rows.execute(select(access_keys).where(access_keys.c.actor_id == actor_id).order_by(access_keys.c.made_at.desc())))


def revoke(rows: Rows, actor_id: str, key_id: str) -> bool:
    """Whether there was such a key of this person."""
    gone = rows.execute(delete(access_keys).where(access_keys.c.actor_id == actor_id, access_keys.c.id == key_id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def revoke_all(rows: Rows, actor_id: str) -> list[str]:
    """Revoke every key of a person. Returns the ids."""
    return list(rows.scalars(delete(access_keys).where(access_keys.c.actor_id == actor_id).returning(access_keys.c.id)))


def learn(rows: Rows, actor: Actor) -> None:
    """Let the keys of a person do no more than the person may from now on; how long they rest is not changed by that."""
    for key in of(rows, actor.id):
        kept = {**written(actor), SIGNED_IN_ON: _signed_in_on(key).isoformat()}
        rows.execute(update(access_keys).where(access_keys.c.secret_hash == key.secret_hash).values(actor=kept))
