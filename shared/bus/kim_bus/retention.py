"""How long the bus keeps what it carried: contents for a month, the marks that an event was here for longer than any replay reaches.

The courier clears out by itself, all the time and in small batches: it walks each table by its key, so that it needs no index of its own,
and a transaction never touches more than one batch. What waits for people stays until they have decided, and so do the heads: one row a
thing, which must overrule an older version whenever it comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kim_runtime.clock import Clock
from kim_runtime.database import Database
from sqlalchemy import ColumnElement, Delete, Table, Update, and_, delete, or_, select, tuple_, update

from kim_bus.ladder import lies_ahead
from kim_bus.tables import DONE, inbox, outbox, refused

CONTENTS_KEPT = timedelta(days=30)
MARKS_KEPT = timedelta(days=400)  # a mailbox set back to an older copy than this could let an event take effect twice
BATCH = 1000  # rows looked at in one transaction
WALK_EVERY = timedelta(hours=6)
WALKED = (outbox, refused, inbox)

Key = tuple[Any, ...]


class Retention:
    """Walks through the tables, one batch a step. The windows are parameters for tests alone."""

    def __init__(
        self,
        database: Database,
        delivery_clock: Clock,
        *,
        contents_kept: timedelta = CONTENTS_KEPT,
        marks_kept: timedelta = MARKS_KEPT,
        batch: int = BATCH,
    ) -> None:
        self._database = database
        self._clock = delivery_clock
        self._contents_kept = contents_kept
        self._marks_kept = marks_kept
        self._batch = batch
        self._at = 0  # which table
        self._after: Key | None = None  # where in it
        self._not_before: datetime | None = None

    @property
    def resting(self) -> bool:
        """Whether all was walked through, not long ago."""
        return self._not_before is not None and lies_ahead(self._not_before, self._clock.now(), WALK_EVERY)

    def step(self) -> int:
        """Look at one batch, and clear out what is over its time. Returns how many rows went or were emptied."""
        if self.resting:
            return 0
        table = WALKED[self._at]
        clearings = self._clearings(table)
        with self._database.read() as session:
            keys = session.execute(self._next_keys(table)).all()
            batch = self._between(table, tuple(keys[-1])) if keys else None
            due = batch is not None and session.execute(select(1).where(batch, or_(*(due for due, _ in clearings))).limit(1)).first()
        cleared = 0
        if due and batch is not None:
            with self._database.write() as session:
                for over, statement in clearings:
                    cleared += session.execute(statement.where(batch, over)).rowcount  # type: ignore[attr-defined]
        self._go_on(tuple(keys[-1]) if len(keys) == self._batch else None)
        return cleared

    def _clearings(self, table: Table) -> list[tuple[ColumnElement[bool], Delete | Update]]:
        """Which rows of a table are over their time, and what happens to them."""
        now = self._clock.now()
        old, forgotten = now - self._contents_kept, now - self._marks_kept
        if table is outbox:
            return [(outbox.c.published_at < old, delete(outbox))]
        if table is refused:
            return [(refused.c.received_at < old, delete(refused))]
        done = inbox.c.state == DONE
        return [
            (done & (inbox.c.done_at < forgotten), delete(inbox)),
            (done & (inbox.c.done_at < old) & (inbox.c.body != b""), update(inbox).values(body=b"")),
        ]

    def _next_keys(self, table: Table) -> Any:
        key = table.primary_key.columns
        keys = select(*key).order_by(*key).limit(self._batch)
        return keys if self._after is None else keys.where(tuple_(*key) > self._after)

    def _between(self, table: Table, last: Key) -> ColumnElement[bool]:
        key = tuple_(*table.primary_key.columns)
        return key <= last if self._after is None else and_(key > self._after, key <= last)

    def _go_on(self, after: Key | None) -> None:
        self._after = after
        if after is None:
            self._at = (self._at + 1) % len(WALKED)
            if self._at == 0:
                self._not_before = self._clock.now() + WALK_EVERY
