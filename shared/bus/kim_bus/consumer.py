"""The consumer: takes deliveries from the transport into the inbox, commits, and only then acknowledges.

It opens its link only after the database has answered: mail that is fetched and cannot be stored counts as a failed delivery at the
broker, and after some of those the broker puts healthy mail aside as dead.

What comes for the first time takes effect at once, in the transaction that stores it: no other row is written and none read again. When
anything speaks against it (a repeat, a failing reaction), the batch is stored and the worker sees to it, event by event if need be. What
was fetched before and never acknowledged is always stored first, since it may have ended its reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kim_runtime import trace
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.logs import log
from marshmallow import ValidationError
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.effects import Effect, Effects, Subject, next_step, versions
from kim_bus.inspection import Accepted, Rejected, inspect
from kim_bus.outbox import SAID, sealed_types
from kim_bus.post import Post
from kim_bus.sealing import CannotOpen
from kim_bus.tables import DONE, NEW, PARKED, heads, inbox, refused
from kim_bus.transports.interface import Incoming, LinkLost, Transport
from kim_bus.worker import SUPERSEDED

BATCH = 500
KEPT_OF_REFUSED = 16 * 1024  # bytes
TAKE_IN = {  # on conflict do nothing: a repeat changes nothing
    True: sqlite.insert(inbox).on_conflict_do_nothing(),
    False: postgresql.insert(inbox).on_conflict_do_nothing(),
}


class _Repeated(Exception):
    """Some of a batch were here before, so not all of it may take effect."""


class Consumer:
    """With `effects`, what arrives for the first time takes effect at once; without, everything is left to the worker."""

    def __init__(self, database: Database, post: Post, delivery_clock: Clock, effects: Effects | None = None) -> None:
        self._database = database
        self._post = post
        self._clock = delivery_clock
        self._effects = effects
        self.left_work = False  # the last batch has something in it for the worker
        self.spoke = False  # the last batch has made this house say something, for the relay

    def only_store(self) -> None:
        """Leave every effect to a worker in another process."""
        self._effects = None

    def open(self, transport: Transport) -> Incoming:
        """Raises LinkLost while the database does not answer."""
        if not self._database.answers():
            raise LinkLost("the database does not answer")
        return transport.incoming()

    def receive(self, link: Incoming, seconds: float = 0) -> int:
        """Take one batch; waits up to `seconds` for the first delivery. Returns how many deliveries were taken."""
        deliveries = link.fetch(BATCH, seconds)
        if not deliveries:
            return 0
        checked = [inspect(self._post, delivery) for delivery in deliveries]
        # In one order, so that two consumers with the same mail wait for each other and not on each other.
        accepted = sorted(
            (mail for mail in checked if isinstance(mail, Accepted)), key=lambda mail: (mail.envelope.source, mail.envelope.id)
        )
        rejected = [mail for mail in checked if isinstance(mail, Rejected)]
        self.left_work = self.spoke = False
        if not self._take_effect(accepted, rejected):
            self.left_work = True
            with self._database.write() as session:
                self._store(session, accepted, rejected, {})
        link.ack(deliveries[-1].tag)
        self._count(len(deliveries), accepted, rejected)
        return len(deliveries)

    def _take_effect(self, accepted: Sequence[Accepted], rejected: Sequence[Rejected]) -> bool:
        """Store the batch and let it take effect in one transaction. False: nothing has happened."""
        effects = self._openable(accepted)
        if not effects:
            return False
        try:
            with self._database.write() as session:
                overruled = self._store(session, accepted, rejected, effects)
                assert self._effects is not None
                self._effects.apply(session, [effect for event_id, effect in effects.items() if event_id not in overruled])
                self.spoke = SAID in session.info
        except _Repeated:
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, the batch is now stored, and each event's own failure recorded by the worker
            log().info("batch failed, it is stored for the worker", error=type(error).__name__, count=len(accepted))
            return False
        self.left_work = len(effects) < len(accepted)
        metrics.SUPERSEDED.labels(self._post.mailbox).inc(len(overruled))
        done = [effect for event_id, effect in effects.items() if event_id not in overruled]
        self._effects.count(done, self._clock.now().timestamp())
        return True

    def _openable(self, accepted: Sequence[Accepted]) -> dict[str, Effect]:
        """What may take effect at once, by event id; the rest is for the worker."""
        effects: dict[str, Effect] = {}
        if self._effects is None:
            return effects
        for mail in accepted:
            if mail.broken or mail.delivery.redelivered or not self._effects.has(mail.envelope.name):
                continue
            try:
                effects[mail.envelope.id] = self._effects.open(mail.envelope, mail.correlation_id, mail.data)
            except (CannotOpen, ValidationError):
                continue
        return effects

    def _store(self, session: Session, accepted: Sequence[Accepted], rejected: Sequence[Rejected], effects: dict[str, Effect]) -> set[str]:
        """Write the batch down, as done where it takes effect now. Returns the ids of what a higher version overrules.

        Raises _Repeated when something was to take effect and not all of the batch is new.
        """
        now = self._clock.now()
        if rejected:
            session.execute(refused.insert(), [_refused_row(mail, now) for mail in rejected])
        known = self._note_versions(session, accepted)
        overruled: set[str] = set()
        rows = []
        for mail in accepted:
            row = self._row(mail, now)
            if mail.envelope.id in effects:
                row |= {"state": DONE, "done_at": now, "attempts": 1}
                if mail.is_state and mail.envelope.subjectversion < known[mail.envelope.source, mail.envelope.subject]:
                    overruled.add(mail.envelope.id)
                    row |= {"reason": SUPERSEDED, "body": b"", "attempts": 0}
                elif mail.envelope.name in sealed_types():
                    row["body"] = b""
            rows.append(row)
        if rows:
            taken = session.execute(TAKE_IN[self._database.is_sqlite], rows, execution_options={"preserve_rowcount": True})
            if effects and taken.rowcount != len(rows):  # type: ignore[attr-defined]
                raise _Repeated
        return overruled

    def _note_versions(self, session: Session, accepted: Sequence[Accepted]) -> dict[Subject, int]:
        """Raise the highest known version of each subject in the batch; returns what is known then. The rows stay locked."""
        said: dict[Subject, int] = {}
        for mail in accepted:
            if mail.is_state:
                key = (mail.envelope.source, mail.envelope.subject)
                said[key] = max(said.get(key, 0), mail.envelope.subjectversion)
        if not said:
            return {}
        upsert = (sqlite.insert if self._database.is_sqlite else postgresql.insert)(heads)
        session.execute(
            upsert.on_conflict_do_update(
                index_elements=[heads.c.source, heads.c.subject],
                set_={"version": upsert.excluded.version},
                where=heads.c.version < upsert.excluded.version,
            ),
            # Sorted, so that two consumers lock the rows in one order.
            [{"source": source, "subject": subject, "version": version} for (source, subject), version in sorted(said.items())],
        )
        return versions(session, said)

    def _row(self, mail: Accepted, now: datetime) -> dict[str, Any]:
        envelope = mail.envelope
        return {
            "source": envelope.source,
            "event_id": envelope.id,
            "name": envelope.name,
            "subject": envelope.subject,
            "subjectversion": envelope.subjectversion,
            "routing_key": mail.delivery.routing_key,
            "correlation_id": mail.correlation_id,
            "body": mail.delivery.body,
            "headers": dict(mail.delivery.headers),
            "received_at": now,
            "state": PARKED if mail.broken else NEW,
            "attempts": 0,
            "next_attempt_at": now,
            "reason": mail.broken,
            "done_at": None,
        }

    def _count(self, deliveries: int, accepted: Sequence[Accepted], rejected: Sequence[Rejected]) -> None:
        metrics.RECEIVED.labels(self._post.mailbox).inc(deliveries)
        for kept in accepted:
            if kept.broken:
                metrics.PARKED.labels(self._post.mailbox, metrics.label_of(kept.envelope.name)).inc()
                step = next_step(self._post, kept.envelope, kept.correlation_id)
                log().error(
                    "event parked",
                    event_id=kept.envelope.id, event_type=kept.envelope.name, trace_id=trace.trace_id(step), reason=kept.broken,
                )  # fmt: skip
        for mail in rejected:
            metrics.REFUSED.labels(self._post.mailbox, mail.reason.partition(":")[0]).inc()
            log().warning("delivery refused", reason=mail.reason)


def _refused_row(mail: Rejected, now: datetime) -> dict[str, Any]:
    body = mail.delivery.body
    return {
        "received_at": now,
        "routing_key": mail.delivery.routing_key[:255],
        "reason": mail.reason[:200],
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "body": body[:KEPT_OF_REFUSED] if mail.keep_body else None,
    }
