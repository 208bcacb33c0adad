"""The worker: lets what waits in the inbox take effect, and marks it done in the same transaction.

A batch is one transaction. When it fails, nothing of it has happened, and its events are taken one by one, so that one bad event costs
only itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import BrokenEnvelope, decode
from kim_events.event_type import Kind
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.logs import log
from kim_runtime.refusal import Refused
from marshmallow import ValidationError
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.effects import Effect, Effects, versions
from kim_bus.ladder import LONGEST_PAUSE, pause_after
from kim_bus.outbox import field_names, sealed_types
from kim_bus.post import Post
from kim_bus.reaction import NotYet
from kim_bus.sealing import CannotOpen
from kim_bus.tables import DONE, IS_NEW, NEW, PARKED, inbox

BATCH = 100
PARKED_AFTER = 30  # failed attempts: about a day on the ladder
ENDED_PROCESSES_AFTER = 5  # times that a process ended with the same event in hand
UPGRADE_PAUSE = timedelta(hours=1)
SUPERSEDED = "superseded"
UNKNOWN_TYPE = "unknown_type"  # of a newer release; waits for ours
NO_REACTION = "no_reaction"  # known, addressed to us, and nobody here handles it yet
IN_HAND = "in_hand"  # taken alone; whoever finds this reason on a due event knows that its worker has died with it
ENDED_THE_PROCESS = "ended_the_process"

Key = tuple[str, str]  # source, event id
Mark = dict[str, Any]  # what changes in the row of an event
MARKED = ("state", "reason", "attempts", "next_attempt_at", "done_at")


class Worker:
    def __init__(self, database: Database, post: Post, effects: Effects, delivery_clock: Clock) -> None:
        self._database = database
        self._post = post
        self._effects = effects
        self._clock = delivery_clock
        self._doubtful: list[Key] = []
        self._latest = delivery_clock.now()

    def work(self) -> int:
        """Handle one batch of what is due. Returns how many events were taken in hand, with whatever result."""
        self._watch_the_clock()
        if self._doubtful:
            return self._handle_carefully()
        if self._database.is_sqlite and not self._due_keys(1):
            return 0  # a look must not take the one write lock there is
        try:
            return self._handle_together()
        except Exception as error:  # noqa: BLE001 - whatever it is, each event is now tried alone and its own failure recorded
            keys = self._due_keys(BATCH)
            log().info("batch failed, its events are taken one by one", error=type(error).__name__, count=len(keys))
            for key in keys:
                self._handle_alone(key, self._due())
            return len(keys)

    def resume(self) -> None:
        """At the start: what waited for an upgrade is due, and what an ended worker may have had in hand is taken with care."""
        now = self._clock.now()
        with self._database.write() as session:
            session.execute(
                update(inbox).where(inbox.c.state == IS_NEW, inbox.c.reason.in_((UNKNOWN_TYPE, NO_REACTION))).values(next_attempt_at=now)
            )
            _bring_forward(session, now)
        self._doubtful = self._due_keys(BATCH)

    def _watch_the_clock(self) -> None:
        """What came in before the clock was set back would be due when it is there again."""
        now = self._clock.now()
        if now < self._latest:
            with self._database.write() as session:
                _bring_forward(session, now)
        self._latest = now

    def _due(self) -> Select[Any]:
        return (
            select(inbox)
            .where(inbox.c.state == IS_NEW, inbox.c.next_attempt_at <= self._clock.now())
            .order_by(inbox.c.next_attempt_at, inbox.c.event_id)
            .limit(BATCH)
        )

    def _due_keys(self, limit: int) -> list[Key]:
        due = self._due().with_only_columns(inbox.c.source, inbox.c.event_id).limit(limit)
        with self._database.read() as session:
            return [(row.source, row.event_id) for row in session.execute(due)]

    def _handle_together(self) -> int:
        with self._database.write() as session:
            taken = session.execute(_nobody_elses(self._due())).all()
            marks, effects = self._handle(session, taken)
        self._count(marks, effects)
        return len(taken)

    def _handle_carefully(self) -> int:
        """Take what may have ended a worker before us one by one, each counted before it is tried: what ends its process again and again
        moves up the ladder and is parked, instead of ending all that follow.
        """
        keys, self._doubtful = self._doubtful, []
        for key in keys:
            if self._take_in_hand(key):
                self._handle_alone(key, select(inbox).where(inbox.c.state == IS_NEW), counted=1)
        return len(keys)

    def _take_in_hand(self, key: Key) -> bool:
        with self._database.write() as session:
            row = session.execute(_nobody_elses(self._due().where(_is(key)))).first()
            if row is None:
                return False
            attempts = row.attempts + 1
            if row.reason == IN_HAND and attempts > ENDED_PROCESSES_AFTER:
                mark: Mark = {"state": PARKED, "reason": ENDED_THE_PROCESS}
                self._about(row).error("event parked", reason=ENDED_THE_PROCESS)
            else:
                mark = {"reason": IN_HAND, "attempts": attempts, "next_attempt_at": self._clock.now() + pause_after(attempts)}
            _write(session, [(row, mark)])
        self._count([(row, mark)], [])
        return "state" not in mark

    def _handle_alone(self, key: Key, these: Select[Any], counted: int = 0) -> None:
        """`counted` attempts were counted when it was taken in hand."""
        try:
            with self._database.write() as session:
                marks, effects = self._handle(session, session.execute(_nobody_elses(these.where(_is(key)))).all(), counted)
        except Exception as error:  # noqa: BLE001 - recorded with its class; the event waits or is parked
            with self._database.write() as session:
                this = select(inbox).where(_is(key), inbox.c.state == IS_NEW).with_for_update()
                _write(session, [(row, self._failure(row, error, counted)) for row in session.execute(this).all()])
        else:
            self._count(marks, effects)

    def _handle(self, session: Session, rows: Iterable[Row[Any]], counted: int = 0) -> tuple[list[tuple[Row[Any], Mark]], list[Effect]]:
        """Let these take effect, as far as they may, and write down what became of them."""
        states = [(row.source, row.subject) for row in rows if _is_state(row.name)]
        known = versions(session, states, lock=True) if states else {}
        marks: list[tuple[Row[Any], Mark]] = []
        effects: list[Effect] = []
        now = self._clock.now()
        for row in rows:
            if row.reason == IN_HAND and not counted:
                self._doubtful.append((row.source, row.event_id))
                continue
            found = self._look(row, known.get((row.source, row.subject), 0), now)
            if isinstance(found, Effect):
                effects.append(found)
                # Sealed content now lives where the service put it; a second copy would have no purpose (Art. 5(1)(c), (e) GDPR).
                emptied = {"body": b""} if row.name in sealed_types() else {}
                found = {"state": DONE, "reason": None, "attempts": row.attempts + 1, "done_at": now, **emptied}
            marks.append((row, {**found, "attempts": found.get("attempts", row.attempts) - counted}))
        self._effects.apply(session, effects)
        _write(session, marks)
        return marks, effects

    def _look(self, row: Row[Any], known: int, now: datetime) -> Effect | Mark:
        """What may take effect, or what its row must say instead."""
        if row.name not in CATALOGUE:
            return self._wait_for_upgrade(row, UNKNOWN_TYPE, now)
        if row.subjectversion < known:
            # A withdrawal overrules the content it withdraws, in whatever order they came: the content is not even kept.
            return {"state": DONE, "reason": SUPERSEDED, "done_at": now, "body": b""}
        if not self._effects.has(row.name):
            return self._wait_for_upgrade(row, NO_REACTION, now)
        try:
            return self._effects.open(decode(row.body), row.correlation_id)
        except (BrokenEnvelope, CannotOpen, ValidationError) as fault:
            return self._park(row, fault)

    def _wait_for_upgrade(self, row: Row[Any], reason: str, now: datetime) -> Mark:
        if row.reason != reason:
            self._about(row).warning("event waits for an upgrade", reason=reason)
        return {"reason": reason, "next_attempt_at": now + UPGRADE_PAUSE}

    def _park(self, row: Row[Any], fault: Exception) -> Mark:
        reason = f"data: {field_names(fault)}" if isinstance(fault, ValidationError) else f"{type(fault).__name__}: {fault}"
        self._about(row).error("event parked", reason=reason[:200])
        return {"state": PARKED, "reason": reason[:200], "attempts": row.attempts + 1}

    def _failure(self, row: Row[Any], error: Exception, counted: int) -> Mark:
        attempts = row.attempts + 1 - counted
        gives_up = isinstance(error, Refused) or attempts >= PARKED_AFTER  # a refusal is an answer to give, never an accident to repeat
        (metrics.PARKED if gives_up else metrics.RETRIED).labels(self._post.mailbox, metrics.label_of(row.name)).inc()
        about = self._about(row)
        say = about.error if gives_up else about.warning
        say("event parked" if gives_up else "reaction failed", attempt=attempts, exc_info=error)
        return {
            "state": PARKED if gives_up else NEW,
            "reason": code_of(error),
            "attempts": attempts,
            "next_attempt_at": self._clock.now() + pause_after(attempts),
        }

    def _about(self, row: Row[Any]) -> Any:
        """The log, for a line about one event."""
        trace_id = self._effects.trace_id(row.body, row.correlation_id)
        return log().bind(event_id=row.event_id, event_type=row.name, correlation_id=row.correlation_id, trace_id=trace_id)

    def _count(self, marks: Iterable[tuple[Row[Any], Mark]], effects: Sequence[Effect]) -> None:
        for row, mark in marks:
            if mark.get("reason") == SUPERSEDED:
                metrics.SUPERSEDED.labels(self._post.mailbox).inc()
            elif mark.get("state") == PARKED:
                metrics.PARKED.labels(self._post.mailbox, metrics.label_of(row.name)).inc()
        self._effects.count(effects, self._clock.now().timestamp())


def _bring_forward(session: Session, now: datetime) -> None:
    """Make due what was never tried and lies ahead, and what lies further ahead than any pause reaches."""
    untried = and_(inbox.c.attempts == 0, inbox.c.reason.is_(None))
    ahead = (inbox.c.state == IS_NEW, inbox.c.next_attempt_at > now, or_(untried, inbox.c.next_attempt_at > now + LONGEST_PAUSE))
    session.execute(update(inbox).where(*ahead).values(next_attempt_at=now))


def _nobody_elses(these: Select[Any]) -> Select[Any]:
    """Lock them, leaving out what another worker has in hand."""
    return these.with_for_update(skip_locked=True)


def _is_state(name: str) -> bool:
    kind = CATALOGUE.get(name)
    return kind is not None and kind.kind is Kind.STATE


def _is(key: Key) -> ColumnElement[bool]:
    return and_(inbox.c.source == key[0], inbox.c.event_id == key[1])


THIS = and_(inbox.c.source == bindparam("of_source"), inbox.c.event_id == bindparam("of_event"))
MARK = update(inbox).where(THIS).values({name: bindparam(name) for name in MARKED})
EMPTY = update(inbox).where(THIS).values(body=b"")


def _write(session: Session, marks: Iterable[tuple[Row[Any], Mark]]) -> None:
    """What a mark does not name stays as it is."""
    rows = [
        {"of_source": row.source, "of_event": row.event_id, **{name: mark.get(name, getattr(row, name)) for name in MARKED}}
        for row, mark in marks
    ]
    if rows:
        session.execute(MARK, rows)
    if emptied := [{"of_source": row.source, "of_event": row.event_id} for row, mark in marks if "body" in mark]:
        session.execute(EMPTY, emptied)


def code_of(error: Exception) -> str:
    """What may be written about an error: its code or class, never its text, which may quote a value."""
    if isinstance(error, (NotYet, Refused)):
        return error.code[:200]
    return type(error).__name__[:200]
