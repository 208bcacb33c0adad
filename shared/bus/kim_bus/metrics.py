"""Every metric of the bus, declared once. `mailbox` is the house's own; `name` is an event type."""

from __future__ import annotations

from datetime import datetime

from kim_runtime.database import Database
from prometheus_client import Counter, Gauge
from sqlalchemy import func, select

from kim_bus.tables import IS_NEW, IS_PARKED, inbox, outbox, refused

PUBLISHED = Counter("kim_events_published_total", "Events confirmed by the transport.", ["mailbox"])
NOT_DELIVERED = Counter("kim_events_not_delivered_total", "Events returned or refused by the transport.", ["mailbox", "outcome"])
RECEIVED = Counter("kim_events_received_total", "Deliveries taken into the inbox, repeats included.", ["mailbox"])
REFUSED = Counter("kim_events_refused_total", "Deliveries without an envelope that can be trusted.", ["mailbox", "reason"])
HANDLED = Counter("kim_events_handled_total", "Events that took effect.", ["mailbox", "name"])
SUPERSEDED = Counter("kim_events_superseded_total", "Events overruled by a higher version before they took effect.", ["mailbox"])
FAILED = Counter("kim_events_failed_total", "Attempts of a reaction that failed and will be repeated.", ["mailbox", "name"])
RESTARTS = Counter("kim_courier_restarts_total", "Restarts of a courier loop after an error.", ["mailbox", "loop"])
LAST_BEAT = Gauge("kim_courier_last_beat_seconds", "When a courier loop last finished a round (Unix time).", ["mailbox", "loop"])
OUTBOX_WAITING = Gauge("kim_outbox_waiting", "Events not published yet.", ["mailbox"])
OUTBOX_AGE = Gauge("kim_outbox_oldest_seconds", "Age of the oldest event not published yet.", ["mailbox"])
OUTBOX_STUCK = Gauge("kim_outbox_stuck", "Events given up on until somebody looks. Alarm at one.", ["mailbox"])
INBOX_WAITING = Gauge("kim_inbox_waiting", "Events received and without effect yet.", ["mailbox"])
INBOX_AGE = Gauge("kim_inbox_oldest_seconds", "Age of the oldest event without effect yet.", ["mailbox"])
INBOX_PARKED = Gauge("kim_inbox_parked", "Events parked until somebody looks. Alarm at one.", ["mailbox"])
REFUSED_KEPT = Gauge("kim_refused_kept", "Refused deliveries kept for a look.", ["mailbox"])


def measure(database: Database, mailbox: str, now: datetime) -> None:
    """Set the gauges that are counted from the tables. `now` is the delivery clock's."""
    unpublished = outbox.c.published_at.is_(None)
    with database.read() as session:
        waiting, oldest = session.execute(
            select(func.count(), func.min(outbox.c.created_at)).where(unpublished, outbox.c.stuck_at.is_(None))
        ).one()
        stuck = session.execute(select(func.count()).where(unpublished, outbox.c.stuck_at.is_not(None))).scalar_one()
        undone, earliest = session.execute(select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == IS_NEW)).one()
        parked = session.execute(select(func.count()).where(inbox.c.state == IS_PARKED)).scalar_one()
        kept = session.execute(select(func.count()).select_from(refused)).scalar_one()
    OUTBOX_WAITING.labels(mailbox).set(waiting)
    OUTBOX_AGE.labels(mailbox).set((now - oldest).total_seconds() if oldest else 0)
    OUTBOX_STUCK.labels(mailbox).set(stuck)
    INBOX_WAITING.labels(mailbox).set(undone)
    INBOX_AGE.labels(mailbox).set((now - earliest).total_seconds() if earliest else 0)
    INBOX_PARKED.labels(mailbox).set(parked)
    REFUSED_KEPT.labels(mailbox).set(kept)
