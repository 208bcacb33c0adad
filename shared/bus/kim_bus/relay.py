"""The relay: takes events from the outbox to the transport, marks what was confirmed.

It looks for unmarked rows instead of remembering a place: serials are given before their transactions commit, so a late commit may
lie behind any remembered place and would never be sent. Only inside one round it goes on behind the window before: an index still holds the
rows marked just now, and walking over all of them for each window made a backlog of a million a third slower than one of ten thousand. What
commits late behind it is found by the next round, which begins at the beginning.

Sealed content it marks as leaving before it sends, in the transaction that takes it in hand: from then on nobody can take it back, since
nobody can know any more whether it has left.

What has a last day is not sent after it, however long the network stood still: who said it takes it back.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from kim_runtime.clock import Clock, local_day
from kim_runtime.database import Database
from kim_runtime.logs import log
from sqlalchemy import Row, Select, or_, select, update
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.ladder import LONGEST_PAUSE, pause_after
from kim_bus.outbox import sealed_types
from kim_bus.pace import wait_for_more
from kim_bus.tables import outbox
from kim_bus.transports.interface import Mail, Outcome, Outgoing

WINDOW = 500  # in flight at once; one at a time is ten times slower
WINDOWS = 20  # in a round, before the loop may look at something else
STUCK_AFTER = 12  # failed attempts, about seven hours on the ladder

Answer = tuple[Row[Any], Outcome]
IN_HAND = (
    outbox.c.serial, outbox.c.event_id, outbox.c.name, outbox.c.routing_key, outbox.c.body, outbox.c.headers, outbox.c.mandatory,
    outbox.c.attempts, outbox.c.leaving_at, outbox.c.trace_id,
)  # fmt: skip


class Relay:
    """`clock` is business time, in which an event has its last day; `delivery_clock` counts the pauses."""

    def __init__(self, database: Database, mailbox: str, delivery_clock: Clock, clock: Clock) -> None:
        self._database = database
        self._mailbox = mailbox
        self._clock = delivery_clock
        self._business_clock = clock

    def send(self, link: Outgoing, *, paced: bool = False) -> int:
        """Send what is due, window after window, `paced` so that small windows grow. Returns how many were confirmed or failed.

        Raises LinkLost, and then the window in hand stays unmarked.
        """
        if not self._is_anything_due():
            return 0
        sent = 0
        answers: list[Answer] = []
        behind = 0
        for number in range(WINDOWS + 1):
            batch = self._turn(answers, behind, take=number < WINDOWS)
            if not batch:
                break
            behind = batch[-1].serial
            began = time.monotonic()
            outcomes = link.publish([Mail(row.event_id, row.routing_key, row.body, row.headers, row.mandatory) for row in batch])
            metrics.CONFIRM_SECONDS.labels(self._mailbox).observe(time.monotonic() - began)
            answers = list(zip(batch, outcomes, strict=True))
            sent += len(batch)
            if paced and (pause := wait_for_more(len(batch))):
                link.wait(pause)
        return sent

    def _is_anything_due(self) -> bool:
        """Most looks find nothing, and should not take SQLite's one write lock."""
        if not self._database.is_sqlite:
            return True
        with self._database.read() as session:
            return session.execute(self._due(1, 0).with_only_columns(outbox.c.serial)).first() is not None

    def _due(self, limit: int, behind: int) -> Select[Any]:
        """What was never tried, whatever the clock said when it was written, and what has waited its pause; nothing past its last day."""
        now, today = self._clock.now(), local_day(self._business_clock.now())
        return (
            select(*IN_HAND)
            .where(
                outbox.c.published_at.is_(None),
                outbox.c.stuck_at.is_(None),
                or_(outbox.c.last_day.is_(None), outbox.c.last_day >= today),
                or_(outbox.c.attempts == 0, outbox.c.next_attempt_at <= now, outbox.c.next_attempt_at > now + LONGEST_PAUSE),
                outbox.c.serial > behind,
            )
            .order_by(outbox.c.serial)
            .limit(limit)
        )

    def _turn(self, answers: Sequence[Answer], behind: int, *, take: bool) -> Sequence[Row[Any]]:
        """Mark what was answered and take the next window in hand, in one transaction."""
        with self._database.write() as session:
            self._mark(session, answers)
            rows = session.execute(self._due(WINDOW, behind).with_for_update()).all() if take else []
            leaving = [row.serial for row in rows if row.leaving_at is None and row.name in sealed_types()]
            if leaving:
                session.execute(update(outbox).where(outbox.c.serial.in_(leaving)).values(leaving_at=self._clock.now()))
        self._count(answers)
        return rows

    def _mark(self, session: Session, answers: Sequence[Answer]) -> None:
        now = self._clock.now()
        confirmed = [row.serial for row, outcome in answers if outcome is Outcome.CONFIRMED]
        if confirmed:
            session.execute(
                update(outbox)
                .where(outbox.c.serial.in_(confirmed))
                .values(published_at=now, attempts=outbox.c.attempts + 1, last_error=None)
            )
        for row, outcome in answers:
            if outcome is not Outcome.CONFIRMED:
                attempts = row.attempts + 1
                session.execute(
                    update(outbox)
                    .where(outbox.c.serial == row.serial)
                    .values(
                        attempts=attempts,
                        last_error=outcome.value,
                        leaving_at=row.leaving_at,  # what had left before, or perhaps, cannot be taken back because it was returned now
                        next_attempt_at=now + pause_after(attempts),
                        stuck_at=now if attempts >= STUCK_AFTER else None,
                    )
                )

    def _count(self, answers: Sequence[Answer]) -> None:
        for row, outcome in answers:
            if outcome is Outcome.CONFIRMED:
                metrics.PUBLISHED.labels(self._mailbox).inc()
            else:
                metrics.NOT_DELIVERED.labels(self._mailbox, outcome.value).inc()
                log().warning(
                    "event not delivered",
                    event_id=row.event_id, event_type=row.name, trace_id=row.trace_id or "", reason=outcome.value, attempt=row.attempts + 1,
                )  # fmt: skip
