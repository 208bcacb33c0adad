"""What waits for somebody to look: parked events of the inbox, stuck events of the outbox. Listed, shown, retried or discarded; audited.

Nothing here shows what an event says: personal data stays sealed, and a reason is a code, never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kim_runtime.act import Act
from kim_runtime.clock import Clock
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from kim_bus.tables import DONE, IS_PARKED, NEW, inbox, interventions, outbox

Place = tuple[datetime, str]  # since when, event id: where one stands among those that wait
TOGETHER = 1000  # events tried again in one transaction


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

    @property
    def sender(self) -> str:
        """The mailbox that said it: `caritas-eifel.casework`."""
        return ".".join(self.routing_key.split(".")[:2])

    @property
    def source(self) -> str:
        return "urn:kim:{}:{}".format(*self.sender.split("."))

    @property
    def recipient(self) -> str:
        """Whom it is for: a mailbox, an organisation, or `all`."""
        return self.routing_key.removeprefix(f"{self.sender}.{self.name}.")

    @property
    def place(self) -> Place:
        return self.since, self.event_id


@dataclass(frozen=True, slots=True)
class Cause:
    """What several wait for: all that arrived, or all that leave, with one reason."""

    arrived: bool
    reason: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Intervention:
    at: datetime
    actor: str
    action: str
    event_id: str
    because: str


def waiting(session: Session, limit: int | None = None, after: Place | None = None) -> list[Waiting]:
    """All of them, oldest first; or the first `limit`, of those after a `place` in that order."""
    arrived = _slice(select(inbox).where(inbox.c.state == IS_PARKED), inbox.c.received_at, inbox.c.event_id, limit, after)
    leaving = _slice(select(outbox).where(_stuck()), outbox.c.stuck_at, outbox.c.event_id, limit, after)
    found = [_arrived(row) for row in session.execute(arrived)] + [_leaving(row) for row in session.execute(leaving)]
    return sorted(found, key=lambda one: one.place)[:limit]


def count(session: Session) -> int:
    """How many wait."""
    arrived = session.execute(select(func.count()).where(inbox.c.state == IS_PARKED)).scalar_one()
    return arrived + session.execute(select(func.count()).where(_stuck())).scalar_one()


def causes(session: Session) -> list[Cause]:
    """Why they wait, those with most behind them first."""
    found = []
    for arrived, reason, since, waits in (
        (True, inbox.c.reason, inbox.c.received_at, inbox.c.state == IS_PARKED),
        (False, outbox.c.last_error, outbox.c.stuck_at, _stuck()),
    ):
        of_reason = select(reason.label("reason"), func.count().label("number"), func.min(since).label("since")).where(waits)
        found += [Cause(arrived, row.reason or "", row.number, row.since) for row in session.execute(of_reason.group_by(reason))]
    return sorted(found, key=lambda one: (-one.count, one.since))


def made(session: Session, limit: int) -> list[Intervention]:
    """The last interventions at this mailbox, newest first."""
    return [_intervention(row) for row in session.execute(select(interventions).order_by(interventions.c.serial.desc()).limit(limit))]


def show(session: Session, event_id: str) -> tuple[Waiting, list[Intervention]]:
    """One of them, and what was done to it before. Raises NotFound."""
    return _find(session, event_id), [
        _intervention(row)
        for row in session.execute(select(interventions).where(interventions.c.event_id == event_id).order_by(interventions.c.serial))
    ]


def retry(session: Session, act: Act, event_id: str, delivery_clock: Clock) -> None:
    """Let it be tried again at once, with all its attempts before it. Raises NotFound."""
    found, now = _find(session, event_id), delivery_clock.now()
    if found.arrived:
        session.execute(UNPARK, {"of_source": found.source, "of_event": event_id, "now": now})
    else:
        session.execute(UNSTICK, {"of_event": event_id, "now": now})
    _write_down(session, act, "retry", event_id, "", now)


def retry_all(session: Session, act: Act, reason: str, delivery_clock: Clock) -> int:
    """Let all that wait for this reason be tried again, the oldest TOGETHER of them. Returns how many. Raises NotFound when none waits."""
    now = delivery_clock.now()
    parked = (
        select(inbox.c.source, inbox.c.event_id)
        .where(inbox.c.state == IS_PARKED, func.coalesce(inbox.c.reason, "") == reason)
        .order_by(inbox.c.received_at, inbox.c.event_id)
        .limit(TOGETHER)
        .with_for_update()
    )
    arrived = session.execute(parked).all()
    for row in arrived:
        session.execute(UNPARK, {"of_source": row.source, "of_event": row.event_id, "now": now})
    stuck = (
        select(outbox.c.event_id)
        .where(_stuck(), func.coalesce(outbox.c.last_error, "") == reason)
        .order_by(outbox.c.stuck_at, outbox.c.event_id)
        .limit(TOGETHER - len(arrived))
        .with_for_update()
    )
    leaving = session.execute(stuck).all()
    for row in leaving:
        session.execute(UNSTICK, {"of_event": row.event_id, "now": now})
    if not arrived and not leaving:
        raise NotFound("nothing_waits", "Aus diesem Grund wartet keine Nachricht.")
    for row in (*arrived, *leaving):
        _write_down(session, act, "retry", row.event_id, "", now)
    return len(arrived) + len(leaving)


def discard(session: Session, act: Act, event_id: str, because: str, delivery_clock: Clock) -> None:
    """Give it up for good; it never takes effect and its content goes. The reason is kept. Raises NotFound, Refused without a reason."""
    if not because.strip():
        raise Refused("reason_missing", "Bitte begründen Sie, warum die Nachricht verworfen wird.", field="because")
    found, now = _find(session, event_id), delivery_clock.now()
    if found.arrived:
        session.execute(
            update(inbox)
            .where(inbox.c.source == found.source, inbox.c.event_id == event_id, inbox.c.state == IS_PARKED)
            .values(state=DONE, reason="discarded", done_at=now, body=b"")
        )
    else:
        session.execute(
            update(outbox).where(outbox.c.event_id == event_id, _stuck()).values(published_at=now, last_error="discarded", body=b"")
        )
    _write_down(session, act, "discard", event_id, because.strip()[:500], now)


def _stuck() -> ColumnElement[bool]:
    return outbox.c.published_at.is_(None) & outbox.c.stuck_at.is_not(None)


UNPARK = (
    update(inbox)
    .where(inbox.c.source == bindparam("of_source"), inbox.c.event_id == bindparam("of_event"), inbox.c.state == IS_PARKED)
    .values(state=NEW, attempts=0, next_attempt_at=bindparam("now"), reason=None)
)
UNSTICK = (
    update(outbox)
    .where(outbox.c.event_id == bindparam("of_event"), _stuck())
    .values(stuck_at=None, attempts=0, next_attempt_at=bindparam("now"))
)


def _slice(
    rows: Select[Any], since: ColumnElement[Any], event_id: ColumnElement[Any], limit: int | None, after: Place | None
) -> Select[Any]:
    if after is not None:
        rows = rows.where(or_(since > after[0], and_(since == after[0], event_id > after[1])))
    return rows.order_by(since, event_id).limit(limit)


def _find(session: Session, event_id: str) -> Waiting:
    row = session.execute(
        select(inbox).where(inbox.c.event_id == event_id, inbox.c.state == IS_PARKED).order_by(inbox.c.received_at)
    ).first()
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


def _intervention(row: Row[Any]) -> Intervention:
    return Intervention(row.at, row.actor, row.action, row.event_id, row.because)


def _write_down(session: Session, act: Act, action: str, event_id: str, because: str, now: datetime) -> None:
    session.execute(interventions.insert().values(at=now, actor=act.actor.id, action=action, event_id=event_id, because=because))
