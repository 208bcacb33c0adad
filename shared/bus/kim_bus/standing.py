"""How a mailbox stands: what waits to leave, what waits to take effect, what waits for people. Counted from its tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kim_runtime.database import Database
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.probe import last_probe
from kim_bus.tables import IS_NEW, IS_PARKED, inbox, outbox, refused


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of events, ages in seconds (0 where nothing waits), and when the last probe was sent and came back.

    `outbox_waiting` has not left and `inbox_waiting` has not taken effect; `stuck` and `parked` wait for people, on `stuck_subjects`
    subjects; `refused` deliveries were not to be trusted, and are kept for a look.
    """

    outbox_waiting: int
    outbox_oldest: float
    stuck: int
    inbox_waiting: int
    inbox_oldest: float
    parked: int
    stuck_subjects: int
    refused: int
    probe_sent_at: datetime | None
    probe_seen_at: datetime | None


def standing(session: Session, mailbox: str, now: datetime) -> Standing:
    """`now` is the delivery clock's."""
    unpublished = outbox.c.published_at.is_(None)
    is_stuck = unpublished & outbox.c.stuck_at.is_not(None)
    waiting, oldest = session.execute(
        select(func.count(), func.min(outbox.c.created_at)).where(unpublished, outbox.c.stuck_at.is_(None))
    ).one()
    undone, earliest = session.execute(select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == IS_NEW)).one()
    subjects = union(select(outbox.c.subject).where(is_stuck), select(inbox.c.subject).where(inbox.c.state == IS_PARKED)).subquery()
    probe = last_probe(session, mailbox)
    return Standing(
        outbox_waiting=waiting,
        outbox_oldest=_age(oldest, now),
        stuck=session.execute(select(func.count()).select_from(outbox).where(is_stuck)).scalar_one(),
        inbox_waiting=undone,
        inbox_oldest=_age(earliest, now),
        parked=session.execute(select(func.count()).select_from(inbox).where(inbox.c.state == IS_PARKED)).scalar_one(),
        stuck_subjects=session.execute(select(func.count()).select_from(subjects)).scalar_one(),
        refused=session.execute(select(func.count()).select_from(refused)).scalar_one(),
        probe_sent_at=probe.sent_at,
        probe_seen_at=probe.seen_at,
    )


def measure(database: Database, mailbox: str, now: datetime, running_for: float) -> None:
    """Set the gauges. `running_for`, in seconds, is how long the courier has waited for its first probe, before one came back."""
    with database.read() as session:
        found = standing(session, mailbox, now)
    metrics.OUTBOX_WAITING.labels(mailbox).set(found.outbox_waiting)
    metrics.OUTBOX_AGE.labels(mailbox).set(found.outbox_oldest)
    metrics.OUTBOX_STUCK.labels(mailbox).set(found.stuck)
    metrics.INBOX_WAITING.labels(mailbox).set(found.inbox_waiting)
    metrics.INBOX_AGE.labels(mailbox).set(found.inbox_oldest)
    metrics.INBOX_PARKED.labels(mailbox).set(found.parked)
    metrics.STUCK_SUBJECTS.labels(mailbox).set(found.stuck_subjects)
    metrics.REFUSED_KEPT.labels(mailbox).set(found.refused)
    metrics.PROBE_AGE.labels(mailbox).set(_age(found.probe_seen_at, now) if found.probe_seen_at else running_for)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
