"""What is done with the audit once a minute: sealed, its newest digest told, what is over its time let go, and measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.logs import log
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_audit import metrics, sealing
from kim_audit.cutting import cut
from kim_audit.tables import entries

Work = Callable[[Session, datetime], object]
MINUTE = 60.0
HOUR = timedelta(hours=1)


def works(mailbox: str, years: int) -> tuple[Work, ...]:
    """Each for a transaction of its own, in this order. `mailbox` is organisation.service; `years` how long rows are kept."""
    told: datetime | None = None

    def seal(session: Session, now: datetime) -> None:
        metrics.SEALED.labels(mailbox).inc(sealing.seal(session, now))

    def tell_head(session: Session, now: datetime) -> None:
        """Once an hour, and when the process starts: where logs are kept apart from the database, a cut-off end is found by it."""
        nonlocal told
        if told is None or now - told >= HOUR:
            number, digest = sealing.newest(session)
            if number:
                told = now
                log().info("audit is sealed up to here", mailbox=mailbox, head=digest, count=number)

    def let_go(session: Session, now: datetime) -> None:
        if gone := cut(session, now, years, f"service:{mailbox.partition('.')[2]}"):
            log().info("audit beyond its years was let go", mailbox=mailbox, count=gone)

    def measure(session: Session, now: datetime) -> None:
        oldest = session.execute(select(func.min(entries.c.at)).where(entries.c.seal.is_(None))).scalar()
        metrics.OLDEST_UNSEALED.labels(mailbox).set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)

    return seal, tell_head, let_go, measure


def keep(database: Database, all_works: tuple[Work, ...]) -> None:
    """All of it once. A failure is logged and tried again a minute later; it keeps nothing else from its work."""
    for work in all_works:
        try:
            with database.write() as session:
                work(session, SystemClock().now())
        except Exception as error:  # noqa: BLE001 - whatever it is, the next minute comes
            log().error("work of the minute failed", operation=getattr(work, "__name__", ""), exc_info=error)


def keep_beside(database: Database, all_works: tuple[Work, ...]) -> Callable[[], None]:
    """Now and once a minute, in a thread of its own: for a process without a courier. It ends with the process, or when what is returned
    is called.
    """
    stop = Event()

    def go_on() -> None:
        while not stop.is_set():
            keep(database, all_works)
            stop.wait(MINUTE)

    thread = Thread(target=go_on, name="kim-audit", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return end
