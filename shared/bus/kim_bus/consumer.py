"""The consumer: takes deliveries from the transport into the inbox, commits, and only then acknowledges.

It opens its link only after the database has answered: mail that is fetched and cannot be stored counts as a failed delivery at the
broker, and after some of those the broker puts healthy mail aside as dead.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.ids import new_id
from kim_runtime.logs import log
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.inspection import Accepted, Rejected, inspect
from kim_bus.post import Post
from kim_bus.tables import NEW, PARKED, heads, inbox, refused
from kim_bus.transports.interface import Incoming, LinkLost, Transport

BATCH = 200
KEPT_OF_REFUSED = 16 * 1024  # bytes


class Consumer:
    def __init__(self, database: Database, post: Post, delivery_clock: Clock) -> None:
        self._database = database
        self._post = post
        self._clock = delivery_clock

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
        accepted = [mail for mail in checked if isinstance(mail, Accepted)]
        rejected = [mail for mail in checked if isinstance(mail, Rejected)]
        now = self._clock.now()
        with self._database.write() as session:
            self._store(session, accepted, now)
            if rejected:
                session.execute(refused.insert(), [_refused_row(mail, now) for mail in rejected])
        link.ack(deliveries[-1].tag)
        metrics.RECEIVED.labels(self._post.mailbox).inc(len(deliveries))
        for broken in (mail for mail in accepted if mail.broken):
            metrics.PARKED.labels(self._post.mailbox, metrics.label_of(broken.envelope.name)).inc()
        for mail in rejected:
            metrics.REFUSED.labels(self._post.mailbox, mail.reason.partition(":")[0]).inc()
            log().warning("delivery refused", reason=mail.reason)
        return len(deliveries)

    def _store(self, session: Session, accepted: list[Accepted], now: datetime) -> None:
        if not accepted:
            return
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        known: dict[tuple[str, str], int] = {}
        for mail in accepted:
            if mail.is_state:
                key = (mail.envelope.source, mail.envelope.subject)
                known[key] = max(known.get(key, 0), mail.envelope.subjectversion)
        if known:
            # Sorted, so that two consumers lock the rows in one order.
            rows = [{"source": source, "subject": subject, "version": version} for (source, subject), version in sorted(known.items())]
            upsert = insert(heads)
            session.execute(
                upsert.on_conflict_do_update(
                    index_elements=[heads.c.source, heads.c.subject],
                    set_={"version": upsert.excluded.version},
                    where=heads.c.version < upsert.excluded.version,
                ),
                rows,
            )
        session.execute(insert(inbox).on_conflict_do_nothing(), [self._row(mail, now) for mail in accepted])

    def _row(self, mail: Accepted, now: datetime) -> dict[str, Any]:
        envelope = mail.envelope
        return {
            "source": envelope.source,
            "event_id": envelope.id,
            "name": envelope.name,
            "subject": envelope.subject,
            "subjectversion": envelope.subjectversion,
            "routing_key": mail.delivery.routing_key,
            # At the border of the house a new act begins: one id across authorities would be a pseudonym of the family.
            "correlation_id": envelope.correlationid if envelope.organisation == self._post.organisation else new_id(),
            "body": mail.delivery.body,
            "headers": dict(mail.delivery.headers),
            "received_at": now,
            "state": PARKED if mail.broken else NEW,
            "attempts": 0,
            "next_attempt_at": now,
            "reason": mail.broken,
        }


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
