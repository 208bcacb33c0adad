"""The worker: lets what is in the inbox take effect, and marks it done in the same transaction.

A batch is one transaction. When it fails, nothing of it has happened, and its events are taken one by one, so that one bad event costs
only itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from kim_events.catalogue import CATALOGUE
from kim_events.envelope import BrokenEnvelope, Envelope, decode
from kim_events.event_type import Kind
from kim_runtime.act import service_act
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.logs import log
from kim_runtime.refusal import Refused
from marshmallow import ValidationError
from sqlalchemy import Row, Select, and_, bindparam, select, update
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.ladder import pause_after
from kim_bus.outbox import field_names, schema_of
from kim_bus.post import Post
from kim_bus.reaction import NotYet, Reaction, Received
from kim_bus.sealing import CannotOpen, unseal
from kim_bus.tables import DONE, IS_NEW, NEW, PARKED, heads, inbox

BATCH = 50
PARKED_AFTER = 30  # failed attempts: about a day on the ladder
UPGRADE_PAUSE = timedelta(hours=1)
SUPERSEDED = "superseded"
UNKNOWN_TYPE = "unknown_type"  # of a newer release; waits for ours
NO_REACTION = "no_reaction"  # known, addressed to us, and nobody here handles it yet

Key = tuple[str, str]  # source, event id
Mark = dict[str, Any]  # what changes in the row of an event
MARKED = ("state", "reason", "attempts", "next_attempt_at", "done_at", "body")


class Worker:
    def __init__(self, database: Database, post: Post, reactions: Iterable[Reaction], clock: Clock, delivery_clock: Clock) -> None:
        self._database = database
        self._post = post
        self._reactions = {reaction.event_name: reaction for reaction in reactions}
        self._clock = clock
        self._delivery_clock = delivery_clock

    def work(self) -> int:
        """Handle one batch of what is due. Returns how many events were taken in hand, with whatever result."""
        with self._database.read() as session:
            keys: list[Key] = [(row.source, row.event_id) for row in session.execute(self._due())]
        if not keys:
            return 0
        try:
            self._handle_together()
        except Exception as error:  # noqa: BLE001 - whatever it is, each event is now tried alone and its own failure recorded
            log().info("batch failed, its events are taken one by one", error=type(error).__name__, count=len(keys))
            for key in keys:
                self._handle_alone(key)
        return len(keys)

    def resume(self) -> None:
        """After an upgrade: what waited for a type or a reaction is due now."""
        now = self._delivery_clock.now()
        with self._database.write() as session:
            session.execute(
                update(inbox).where(inbox.c.state == IS_NEW, inbox.c.reason.in_((UNKNOWN_TYPE, NO_REACTION))).values(next_attempt_at=now)
            )

    def _due(self) -> Select[Any]:
        return (
            select(inbox, heads.c.version.label("head"))
            .outerjoin(heads, and_(heads.c.source == inbox.c.source, heads.c.subject == inbox.c.subject))
            .where(inbox.c.state == IS_NEW, inbox.c.next_attempt_at <= self._delivery_clock.now())
            .order_by(inbox.c.next_attempt_at, inbox.c.event_id)
            .limit(BATCH)
            .with_for_update(of=inbox, skip_locked=True)
        )

    def _handle_together(self) -> None:
        with self._database.write() as session:
            taken = session.execute(self._due()).all()
            marks = [(row, self._handle(session, row)) for row in taken]
            _write(session, marks)
        self._count(marks)

    def _handle_alone(self, key: Key) -> None:
        this = and_(inbox.c.source == key[0], inbox.c.event_id == key[1])
        try:
            with self._database.write() as session:
                marks = [(row, self._handle(session, row)) for row in session.execute(self._due().where(this)).all()]
                _write(session, marks)
        except Exception as error:  # noqa: BLE001 - recorded with its class; the event waits or is parked
            with self._database.write() as session:
                for row in session.execute(select(inbox).where(this, inbox.c.state == IS_NEW).with_for_update()).all():
                    _write(session, [(row, self._failure(row, error))])
        else:
            self._count(marks)

    def _handle(self, session: Session, row: Row[Any]) -> Mark:
        """Let one event take effect, if it may. Returns what its row must say afterwards."""
        kind = CATALOGUE.get(row.name)
        if kind is None:
            return self._wait_for_upgrade(row, UNKNOWN_TYPE)
        if kind.kind is Kind.STATE and row.head is not None and row.subjectversion < row.head:
            # A withdrawal overrules the content it withdraws, in whatever order they came: the content is not even kept.
            return {"state": DONE, "reason": SUPERSEDED, "done_at": self._delivery_clock.now(), "body": b""}
        reaction = self._reactions.get(row.name)
        if reaction is None:
            return self._wait_for_upgrade(row, NO_REACTION)
        try:
            envelope = decode(row.body)
            event = self._received(row, envelope)
        except (BrokenEnvelope, CannotOpen, ValidationError) as fault:
            return self._park(row, fault)
        act = service_act(
            self._post.organisation,
            self._post.service,
            self._clock.now(),
            correlation_id=row.correlation_id,
            causation_id=row.event_id,
            traceparent=envelope.traceparent if envelope.organisation == self._post.organisation else None,
        )
        with structlog.contextvars.bound_contextvars(correlation_id=row.correlation_id, event_id=row.event_id, event_type=row.name):
            reaction.handle(session, act, event)
            session.flush()
        # Sealed content now lives where the service put it; a second copy in the inbox would have no purpose (Art. 5(1)(c), (e) GDPR).
        emptied = {"body": b""} if envelope.sealed else {}
        return {"state": DONE, "reason": None, "attempts": row.attempts + 1, "done_at": self._delivery_clock.now(), **emptied}

    def _received(self, row: Row[Any], envelope: Envelope) -> Received:
        data = envelope.data
        if isinstance(data, str):
            data = unseal(data, self._post.keys.sealing, source=envelope.source, event_id=envelope.id)
        return Received(
            id=envelope.id,
            name=envelope.name,
            organisation=envelope.organisation,
            service=envelope.service,
            subject=envelope.subject,
            version=envelope.subjectversion,
            time=envelope.time,
            data=schema_of(envelope.name).load(data),
            recipient=envelope.recipient,
            correlation_id=row.correlation_id,
        )

    def _wait_for_upgrade(self, row: Row[Any], reason: str) -> Mark:
        if row.reason != reason:
            log().warning("event waits for an upgrade", event_id=row.event_id, event_type=row.name, reason=reason)
        return {"reason": reason, "next_attempt_at": self._delivery_clock.now() + UPGRADE_PAUSE}

    def _park(self, row: Row[Any], fault: Exception) -> Mark:
        reason = f"data: {field_names(fault)}" if isinstance(fault, ValidationError) else f"{type(fault).__name__}: {fault}"
        log().error("event parked", event_id=row.event_id, event_type=row.name, reason=reason[:200])
        return {"state": PARKED, "reason": reason[:200], "attempts": row.attempts + 1}

    def _failure(self, row: Row[Any], error: Exception) -> Mark:
        attempts = row.attempts + 1
        gives_up = isinstance(error, Refused) or attempts >= PARKED_AFTER  # a refusal is an answer to give, never an accident to repeat
        (metrics.PARKED if gives_up else metrics.RETRIED).labels(self._post.mailbox, metrics.label_of(row.name)).inc()
        say = log().error if gives_up else log().warning
        say("event parked" if gives_up else "reaction failed", event_id=row.event_id, event_type=row.name, attempt=attempts, exc_info=error)
        return {
            "state": PARKED if gives_up else NEW,
            "reason": code_of(error),
            "attempts": attempts,
            "next_attempt_at": self._delivery_clock.now() + pause_after(attempts),
        }

    def _count(self, marks: Iterable[tuple[Row[Any], Mark]]) -> None:
        for row, mark in marks:
            if mark.get("reason") == SUPERSEDED:
                metrics.SUPERSEDED.labels(self._post.mailbox).inc()
            elif mark.get("state") == PARKED:
                metrics.PARKED.labels(self._post.mailbox, metrics.label_of(row.name)).inc()
            elif mark.get("state") == DONE:
                metrics.HANDLED.labels(self._post.mailbox, row.name).inc()


def _write(session: Session, marks: Iterable[tuple[Row[Any], Mark]]) -> None:
    """Write all marks in one statement; what a mark does not name stays as it is."""
    rows = [
        {"of_source": row.source, "of_event": row.event_id, **{name: mark.get(name, getattr(row, name)) for name in MARKED}}
        for row, mark in marks
    ]
    if rows:
        this = and_(inbox.c.source == bindparam("of_source"), inbox.c.event_id == bindparam("of_event"))
        session.execute(update(inbox).where(this).values({name: bindparam(name) for name in MARKED}), rows)


def code_of(error: Exception) -> str:
    """What may be written about an error: its code or class, never its text, which may quote a value."""
    if isinstance(error, (NotYet, Refused)):
        return error.code[:200]
    return type(error).__name__[:200]
