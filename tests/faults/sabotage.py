"""Three deliberate faults of the product, each a mistake that somebody has made before, to show that the checker finds them.

They are put in place of the product's own parts in the start code of the test's processes, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kim_bus.tables import outbox
from kim_bus.transports.interface import Delivery, Incoming, Mail, Outgoing
from kim_runtime.clock import Clock, SystemClock
from kim_runtime.database import Database
from sqlalchemy import ColumnElement, Row, func, select, update

WINDOW = 200
SOON = 0.02  # seconds in which an acknowledgement leaves the process
ACK_BEFORE_STORE = "ack before store"
CURSOR = "a cursor by serial"
MARK_BEFORE_CONFIRM = "marked before the confirm"


class AcksAtOnce:
    """Acknowledges what it fetches, and not what is stored."""

    def __init__(self, link: Incoming) -> None:
        self._link = link

    def fetch(self, limit: int, seconds: float) -> list[Delivery]:
        deliveries = self._link.fetch(limit, seconds)
        if deliveries:
            self._link.ack(deliveries[-1].tag)
            self._link.wait(SOON)
        return deliveries

    def ack(self, tag: int) -> None:
        """Has happened."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)


class _Relay:
    def __init__(self, database: Database, _mailbox: str, *_clocks: Clock) -> None:
        self._database = database

    def _rows(self, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        with self._database.read() as session:
            return session.execute(select(outbox).where(*which).order_by(outbox.c.serial).limit(WINDOW)).all()

    def _mark(self, rows: Sequence[Row[Any]]) -> None:
        with self._database.write() as session:
            serials = [row.serial for row in rows]
            session.execute(update(outbox).where(outbox.c.serial.in_(serials)).values(published_at=SystemClock().now()))


class CursorRelay(_Relay):
    """Remembers the serial of what it sent last, and takes what comes after it."""

    _place: int | None = None

    def send(self, link: Outgoing, **_pace: bool) -> int:
        if self._place is None:
            with self._database.read() as session:
                published = select(func.max(outbox.c.serial)).where(outbox.c.published_at.is_not(None))
                self._place = session.execute(published).scalar() or 0
        rows = self._rows(outbox.c.serial > self._place)
        if rows:
            link.publish([_mail(row) for row in rows])
            self._mark(rows)
            self._place = rows[-1].serial
        return len(rows)


class HastyRelay(_Relay):
    """Marks as published what it is about to send."""

    def send(self, link: Outgoing, **_pace: bool) -> int:
        rows = self._rows(outbox.c.published_at.is_(None))
        if rows:
            self._mark(rows)
            link.publish([_mail(row) for row in rows])
        return len(rows)


def _mail(row: Row[Any]) -> Mail:
    return Mail(row.event_id, row.routing_key, row.body, row.headers, row.mandatory)


# name -> what stands in for parts of kim_bus.courier, and what is put around an incoming link, if anything
SABOTAGES: dict[str, tuple[dict[str, Any], Callable[[Incoming], Any] | None]] = {
    ACK_BEFORE_STORE: ({}, AcksAtOnce),
    CURSOR: ({"Relay": CursorRelay}, None),
    MARK_BEFORE_CONFIRM: ({"Relay": HastyRelay}, None),
}
