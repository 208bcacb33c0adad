"""What waits for somebody to look: parked events of the inbox, stuck events of the outbox. Listed, shown, retried or discarded; audited.

Nothing here shows what an event says: personal data stays sealed, and a reason is a code, never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kim_runtime.act import Act
from kim_runtime.clock import Clock
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.orm import Session

from kim_bus.tables import DONE, IS_PARKED, NEW, inbox, interventions, outbox


@dataclass(frozen=True, slots=True)
class Waiting:
    """One parked (`arrived`) or stuck (not `arrived`) event. `since` is when it came in or was given up."""

    event_id: str
    arrived: bool
    name: str
    subject: str
    subjectversion: int
    routing_key: str
    attempts: int
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Intervention:
    at: datetime
    actor: str
    action: str
    because: str


def waiting(session: Session) -> list[Waiting]:
    """All of them, oldest first."""
    found = [_arrived(row) for row in session.execute(select(inbox).where(inbox.c.state == IS_PARKED))]
    found += [_leaving(row) for row in session.execute(select(outbox).where(_stuck()))]
    return sorted(found, key=lambda one: one.since)


def show(session: Session, event_id: str) -> tuple[Waiting, list[Intervention]]:
    """One of them, and what was done to it before. Raises NotFound."""
    return _find(session, event_id), [
        Intervention(row.at, row.actor, row.action, row.because)
        for row in session.execute(select(interventions).where(interventions.c.event_id == event_id).order_by(interventions.c.serial))
    ]


def retry(session: Session, act: Act, event_id: str, delivery_clock: Clock) -> None:
    """Let it be tried again at once, with all its attempts before it. Raises NotFound."""
    found, now = _find(session, event_id), delivery_clock.now()
    if found.arrived:
        session.execute(
            update(inbox)
            .where(inbox.c.event_id == event_id, inbox.c.state == IS_PARKED)
            .values(state=NEW, attempts=0, next_attempt_at=now, reason=None)
        )
    else:
        session.execute(
            update(outbox).where(outbox.c.event_id == event_id, _stuck()).values(stuck_at=None, attempts=0, next_attempt_at=now)
        )
    _write_down(session, act, "retry", event_id, "", now)


def discard(session: Session, act: Act, event_id: str, because: str, delivery_clock: Clock) -> None:
    """Give it up for good; it never takes effect and its content goes. The reason is kept. Raises NotFound, Refused without a reason."""
    if not because.strip():
        raise Refused("reason_missing", "Bitte begründen Sie, warum die Nachricht verworfen wird.", field="because")
    found, now = _find(session, event_id), delivery_clock.now()
    if found.arrived:
        session.execute(
            update(inbox)
            .where(inbox.c.event_id == event_id, inbox.c.state == IS_PARKED)
            .values(state=DONE, reason="discarded", done_at=now, body=b"")
        )
    else:
        session.execute(
            update(outbox).where(outbox.c.event_id == event_id, _stuck()).values(published_at=now, last_error="discarded", body=b"")
        )
    _write_down(session, act, "discard", event_id, because.strip()[:500], now)


def _stuck() -> ColumnElement[bool]:
    return outbox.c.published_at.is_(None) & outbox.c.stuck_at.is_not(None)


def _find(session: Session, event_id: str) -> Waiting:
    row = session.execute(select(inbox).where(inbox.c.event_id == event_id, inbox.c.state == IS_PARKED)).first()
    if row is not None:
        return _arrived(row)
    row = session.execute(select(outbox).where(outbox.c.event_id == event_id, _stuck())).first()
    if row is not None:
        return _leaving(row)
    raise NotFound("not_parked", "Unter dieser Kennung wartet keine Nachricht.")


def _arrived(row: Row[tuple[object, ...]]) -> Waiting:
    return Waiting(
        row.event_id, True, row.name, row.subject, row.subjectversion, row.routing_key, row.attempts, row.reason or "", row.received_at
    )


def _leaving(row: Row[tuple[object, ...]]) -> Waiting:
    return Waiting(
        row.event_id, False, row.name, row.subject, row.subjectversion, row.routing_key, row.attempts, row.last_error or "", row.stuck_at
    )


def _write_down(session: Session, act: Act, action: str, event_id: str, because: str, now: datetime) -> None:
    session.execute(interventions.insert().values(at=now, actor=act.actor.id, action=action, event_id=event_id, because=because))
