"""Sessions on the server: the cookie holds a secret of 256 bit, the database its hash. Ending one is deleting its row.

Times are real time, not the pretended one of a demonstration: a session ends while its person is away, whatever the story's clock says.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_runtime.database import Database
from kim_runtime.ids import new_id
from sqlalchemy import Row, Select, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session as Rows

from kim_web import people
from kim_web.people import written
from kim_web.tables import access_keys, sessions

SECRET_BYTES = 32
SWEPT_AFTER = timedelta(hours=4)
MARKED_FOR = timedelta(days=14)  # a provider of another maker may keep its own session over a weekend and longer
LOCKED_PERSON = "locked:"  # before the id of a person in a row nobody has the secret of: it keeps a neighbour's word until it is swept away
SIGNED_IN_ON = "signed_in_on"  # beside the actor in a key for programs
SHOWN_AT = "shown_at"  # beside the actor in a session: when the person showed who they are, in seconds since 1970
NOTED_EVERY = timedelta(minutes=1)
OF_SECRET = select(sessions).where(sessions.c.secret_hash == bindparam("secret_hash"))  # made once


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without a request, and at all (ASVS 7.1.1); and how long it stays open without one."""

    idle: timedelta
    absolute: timedelta
    lock: timedelta


@dataclass(frozen=True, slots=True)
class Proof:
    """What the provider said at signing in: its name for the person and for its session, kept for signing out, and when the person showed
    it who they are. That may be long before, where its session was open; None: it does not say.
    """

    subject: str = ""
    session: str = ""
    shown_at: float | None = None


def open_session(rows: Rows, actor: Actor, now: datetime, *, device: str = "", proof: Proof | None = None) -> str:
    """Open a session for an actor. Returns the secret the cookie shall hold; it is kept nowhere.

    Without a proof they have shown who they are here, just now. The keys the actor made for programs learn the roles and
    the day of this sign-in, and the service knows the person from now on.
    """
    proof = proof or Proof(shown_at=now.timestamp())
    secret = secrets.token_urlsafe(SECRET_BYTES)
    rows.execute(
        sessions.insert(),
        {
            "secret_hash": hash_of(secret), "id": new_id(), "actor_id": actor.id, "actor": {**written(actor), SHOWN_AT: proof.shown_at},
            "device": device, "opened_at": now, "seen_at": now, "subject": proof.subject, "provider_session": proof.session,
        },
    )  # fmt: skip
    rows.execute(update(access_keys).where(access_keys.c.actor_id == actor.id).values(actor=as_of(actor, now)))
    people.note(rows, actor, now, proof.subject)
    return secret


def find(database: Database, secret: str, now: datetime, limits: Limits) -> Row[Any] | None:
    """The session a cookie's secret opens, unless it has ended. Asked for each request, so with one round trip to the database."""
    found = database.first(OF_SECRET, secret_hash=hash_of(secret))
    return found if found is not None and is_living(found, now, limits) else None


def is_living(session: Row[Any], now: datetime, limits: Limits) -> bool:
    return bool(session.opened_at >= now - limits.absolute and session.seen_at >= now - limits.idle)


def was_shown_since(session: Row[Any], moment: datetime) -> bool:
    """Whether its person showed who they are since then: not by opening another session of one at the provider that was open."""
    shown_at = session.actor.get(SHOWN_AT)
    return shown_at is not None and bool(shown_at > moment.timestamp())


def whose(rows: Rows, secret: str) -> Row[Any] | None:
    """The session of a secret even if it has ended by itself, as long as nobody has swept it away."""
    return rows.execute(OF_SECRET, {"secret_hash": hash_of(secret)}).first()


def is_locked(session: Row[Any], now: datetime, limits: Limits) -> bool:
    """Whether its person must show anew who they are: somebody locked it, or nobody used it for a while."""
    return session.locked_at is not None or now - session.seen_at >= limits.lock


def lock_named(rows: Rows, session_id: str, now: datetime) -> None:
    """Lock one that is known by its id and not by its secret."""
    rows.execute(update(sessions).where(sessions.c.id == session_id).values(locked_at=now))


def lock(rows: Rows, secret: str, now: datetime) -> None:
    rows.execute(update(sessions).where(sessions.c.secret_hash == hash_of(secret)).values(locked_at=now))


def of_desk(rows: Rows, *, subject: str, session: str) -> list[Row[Any]]:
    """What this session of the provider opened here, even what has ended by itself; of a provider that names none, all of this person."""
    same = sessions.c.provider_session == session
    return list(rows.execute(select(sessions).where(same if session else same & (sessions.c.subject == subject))))


def lock_of_desk(rows: Rows, *, session: str, until: datetime, now: datetime) -> list[Row[Any]]:
    """Lock what this session of the provider opened before `until`. Returns what is locked now and was not."""
    wanted = update(sessions).where(sessions.c.provider_session == session, sessions.c.opened_at <= until, sessions.c.locked_at.is_(None))
    return list(rows.execute(wanted.values(locked_at=now).returning(sessions.c.actor_id, sessions.c.actor)))


def lock_of_person(rows: Rows, actor_id: str, *, until: datetime, now: datetime) -> list[Row[Any]]:
    """Lock what a person opened before `until`, and keep that they are locked, be anything open or not. Returns what was open."""
    open_ones = (sessions.c.actor_id == actor_id, sessions.c.opened_at <= until, sessions.c.locked_at.is_(None))
    locked = list(rows.execute(update(sessions).where(*open_ones).values(locked_at=now).returning(sessions.c.actor_id, sessions.c.actor)))
    mark_person(rows, actor_id, until=until, now=now)
    return locked


def mark_person(rows: Rows, actor_id: str, *, until: datetime, now: datetime) -> None:
    """From now on nobody comes in silently as this person by a sign-in from before `until`; what is open stays open."""
    before = lock_since(rows, actor_id)
    if before is not None and before > until:
        return
    mark = f"{LOCKED_PERSON}{actor_id}"[:200]
    rows.execute(delete(sessions).where(sessions.c.actor_id == mark))
    rows.execute(
        sessions.insert(),
        {
            "secret_hash": hash_of(secrets.token_urlsafe(SECRET_BYTES)), "id": new_id(), "actor_id": mark, "actor": {}, "device": "",
            "opened_at": until, "seen_at": now, "subject": "", "provider_session": "", "locked_at": now,
        },
    )  # fmt: skip


def lock_since(rows: Rows, actor_id: str) -> datetime | None:
    """Since when a neighbour says that a person is locked; None: none does."""
    wanted = select(sessions.c.opened_at).where(sessions.c.actor_id == f"{LOCKED_PERSON}{actor_id}"[:200])
    return rows.execute(wanted).scalar()


def end_of_desk(rows: Rows, session: str) -> None:
    """End what a session of the provider opened here before: in one browser one session of a service is enough."""
    if session:
        rows.execute(delete(sessions).where(sessions.c.provider_session == session))


def is_due(session: Row[Any], now: datetime) -> bool:
    """Whether it is time to write down that the session was used."""
    return bool(now - session.seen_at >= NOTED_EVERY)


def note_use(rows: Rows, session: Row[Any], now: datetime) -> None:
    rows.execute(update(sessions).where(sessions.c.secret_hash == session.secret_hash).values(seen_at=now))


def sessions_of(rows: Rows, actor_id: str, now: datetime, limits: Limits) -> list[Row[Any]]:
    """The living sessions of a person, the newest first."""
    return list(rows.execute(_living(now, limits).where(sessions.c.actor_id == actor_id).order_by(sessions.c.opened_at.desc())))


def end(rows: Rows, secret: str) -> None:
    rows.execute(delete(sessions).where(sessions.c.secret_hash == hash_of(secret)))


def end_own(rows: Rows, actor_id: str, session_id: str | None = None) -> int:
    """End one session of a person, or all of them. Returns how many."""
    wanted = delete(sessions).where(sessions.c.actor_id == actor_id)
    if session_id is not None:
        wanted = wanted.where(sessions.c.id == session_id)
    return rows.execute(wanted).rowcount  # type: ignore[attr-defined, no-any-return]


def end_at_provider(rows: Rows, *, subject: str, session: str, until: datetime) -> list[Row[Any]]:
    """End what was opened before `until` by this session of the provider, or by any of this person's where none is named."""
    whose = sessions.c.provider_session == session if session else sessions.c.subject == subject
    return list(rows.execute(delete(sessions).where(sessions.c.opened_at <= until, whose).returning(sessions.c.actor_id, sessions.c.actor)))


def sweep(rows: Rows, now: datetime, limits: Limits, *, keep_locks: bool = False) -> None:
    """Delete what has ended by itself, some hours later: until then a form sent too late is kept for its owner.

    `keep_locks`: the provider goes on knowing who sits there and keeps no lock, so that a desk was locked outlasts its session.
    """
    people.forget(rows, now)
    late = now - SWEPT_AFTER
    over = (sessions.c.opened_at < late - limits.absolute) | (sessions.c.seen_at < late - limits.idle)
    is_mark = sessions.c.actor_id.startswith(LOCKED_PERSON, autoescape=True)
    if keep_locks:
        for left in rows.execute(select(sessions).where(over & ~is_mark)).all():
            mark_person(rows, left.actor_id, until=left.locked_at or left.seen_at + limits.lock, now=now)
    rows.execute(delete(sessions).where(or_(over & ~is_mark, is_mark & (sessions.c.seen_at < now - MARKED_FOR))))


def hash_of(secret: str) -> str:
    """Fast on purpose: the secret is random, there is nothing to guess."""
    return sha256(secret.encode()).hexdigest()


def as_of(actor: Actor, now: datetime) -> dict[str, Any]:
    """An actor and the day they were known to be one."""
    return {**written(actor), SIGNED_IN_ON: local_day(now).isoformat()}


def _living(now: datetime, limits: Limits) -> Select[Any]:
    return select(sessions).where(sessions.c.opened_at >= now - limits.absolute, sessions.c.seen_at >= now - limits.idle)
