"""The relay: takes events from the outbox to the transport, marks what was confirmed.

It looks for unmarked rows instead of remembering a place: serials are given before their transactions commit, so a late commit may
lie behind any remembered place and would never be sent.

What it takes in hand it marks as leaving, in a commit of its own, before it sends: from then on nobody can take the event back, since
nobody can know any more whether it has left.
"""

from __future__ import annotations

from collections.abc import Iterable

from kim_runtime.clock import Clock
from kim_runtime.database import Database
from kim_runtime.logs import log
from sqlalchemy import select, update

from kim_bus import metrics
from kim_bus.ladder import pause_after
from kim_bus.tables import outbox
from kim_bus.transports.interface import Mail, Outcome, Outgoing

WINDOW = 200  # in flight at once; one at a time is ten times slower
STUCK_AFTER = 12  # failed attempts, about seven hours on the ladder


class Relay:
    def __init__(self, database: Database, mailbox: str, delivery_clock: Clock) -> None:
        self._database = database
        self._mailbox = mailbox
        self._clock = delivery_clock

    def send(self, link: Outgoing) -> int:
        """Send one window of what is due. Returns how many were confirmed or failed; raises LinkLost, and then nothing is marked."""
        batch = self._take_in_hand()
        if not batch:
            return 0
        outcomes = link.publish([mail for _, _, mail in batch])
        confirmed = [serial for (serial, _, _), outcome in zip(batch, outcomes, strict=True) if outcome is Outcome.CONFIRMED]
        failed = [
            (serial, attempts + 1, mail, outcome)
            for (serial, attempts, mail), outcome in zip(batch, outcomes, strict=True)
            if outcome is not Outcome.CONFIRMED
        ]
        self._mark(confirmed, failed)
        metrics.PUBLISHED.labels(self._mailbox).inc(len(confirmed))
        for _, attempts, mail, outcome in failed:
            metrics.NOT_DELIVERED.labels(self._mailbox, outcome.value).inc()
            log().warning("event not delivered", event_id=mail.event_id, reason=outcome.value, attempt=attempts)
        return len(batch)

    def _take_in_hand(self) -> list[tuple[int, int, Mail]]:
        now = self._clock.now()
        due = (
            select(outbox)
            .where(outbox.c.published_at.is_(None), outbox.c.stuck_at.is_(None), outbox.c.next_attempt_at <= now)
            .order_by(outbox.c.serial)
            .limit(WINDOW)
        )
        with self._database.read() as session:
            if session.execute(due.with_only_columns(outbox.c.serial).limit(1)).first() is None:
                return []  # most rounds find nothing, and a look should not take the write lock
        with self._database.write() as session:
            rows = session.execute(due.with_for_update()).all()
            staying = [row.serial for row in rows if row.leaving_at is None]
            if staying:
                session.execute(update(outbox).where(outbox.c.serial.in_(staying)).values(leaving_at=now))
        return [(row.serial, row.attempts, Mail(row.event_id, row.routing_key, row.body, row.headers, row.mandatory)) for row in rows]

    def _mark(self, confirmed: list[int], failed: Iterable[tuple[int, int, Mail, Outcome]]) -> None:
        now = self._clock.now()
        with self._database.write() as session:
            if confirmed:
                session.execute(
                    update(outbox)
                    .where(outbox.c.serial.in_(confirmed))
                    .values(published_at=now, attempts=outbox.c.attempts + 1, last_error=None)
                )
            for serial, attempts, _, outcome in failed:
                session.execute(
                    update(outbox)
                    .where(outbox.c.serial == serial)
                    .values(
                        attempts=attempts,
                        last_error=outcome.value,
                        leaving_at=None,
                        next_attempt_at=now + pause_after(attempts),
                        stuck_at=now if attempts >= STUCK_AFTER else None,
                    )
                )
