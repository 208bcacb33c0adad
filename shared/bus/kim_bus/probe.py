"""The probe: an event that a courier sends to its own mailbox, once a minute, the whole way of any other event.

An open socket and a running thread prove nothing; a probe that comes back proves outbox, relay, broker, consumer, inbox and worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kim_runtime.act import Act, service_act
from kim_runtime.clock import Clock
from kim_runtime.database import Database
from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kim_bus.outbox import emit
from kim_bus.post import Post
from kim_bus.reaction import Reaction, Received
from kim_bus.tables import DONE, inbox, outbox, probe

PROBED = "courier.probed.v1"
EVERY = timedelta(minutes=1)
LOST_AFTER = timedelta(minutes=5)  # without a probe that came back
UNDER_WAY = timedelta(seconds=30)  # what left less than this ago may still arrive


@dataclass(frozen=True, slots=True)
class LastProbe:
    """`sent_at` of the newest probe written, `seen_at` when the newest came back; None before the first."""

    sent_at: datetime | None
    seen_at: datetime | None


class Probe:
    """`clock` is business time, by which every event is dated; all else here goes by `delivery_clock`."""

    def __init__(self, database: Database, post: Post, clock: Clock, delivery_clock: Clock) -> None:
        self._database = database
        self._post = post
        self._clock = clock
        self._delivery_clock = delivery_clock

    def send_if_due(self) -> int:
        """Send one unless the last is younger than a minute or still waits to leave. Returns how many were sent."""
        if not self._is_due():
            return 0
        now = self._delivery_clock.now()
        with self._database.write() as session:
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            session.execute(insert(probe).values(mailbox=self._post.mailbox, version=0).on_conflict_do_nothing())
            last = session.execute(select(probe).where(probe.c.mailbox == self._post.mailbox).with_for_update()).one()
            if _is_young(last.sent_at, now):
                return 0  # another courier of this mailbox was faster
            session.execute(delete(outbox).where(outbox.c.event_id == last.event_id))  # it has left, or never will
            act = service_act(self._post.organisation, self._post.service, self._clock.now())
            event_id = emit(session, act, PROBED, subject=self._post.mailbox, version=last.version + 1, data={"sent_at": now})
            session.execute(
                update(probe).where(probe.c.mailbox == self._post.mailbox).values(event_id=event_id, version=last.version + 1, sent_at=now)
            )
        return 1

    def reaction(self) -> Reaction:
        """What the house does when its probe comes back."""
        return Reaction(PROBED, self._note)

    def is_lost(self) -> bool:
        """Whether the newest probe has left for the transport and nothing came back for five minutes: the way in is broken.

        False while it is not known, and while it is the way out that is shut: then no probe has left.
        """
        now = self._delivery_clock.now()
        left = exists().where(outbox.c.event_id == probe.c.event_id, outbox.c.published_at < now - UNDER_WAY)
        arrived = exists().where(inbox.c.source == self._source, inbox.c.event_id == probe.c.event_id)
        with self._database.read() as session:
            row = session.execute(select(probe.c.seen_at).where(probe.c.mailbox == self._post.mailbox, left, ~arrived)).first()
        return row is not None and (row.seen_at is None or now - row.seen_at > LOST_AFTER)

    def _is_due(self) -> bool:
        now = self._delivery_clock.now()
        with self._database.read() as session:
            row = session.execute(select(probe.c.sent_at, probe.c.event_id).where(probe.c.mailbox == self._post.mailbox)).first()
            if row is None or row.sent_at is None:
                return True
            if _is_young(row.sent_at, now):
                return False
            waits = exists().where(outbox.c.event_id == row.event_id, outbox.c.published_at.is_(None), outbox.c.stuck_at.is_(None))
            return not session.execute(select(waits)).scalar_one()

    def _note(self, session: Session, act: Act, event: Received) -> None:
        """The mark of the last one is enough: its predecessors go."""
        session.execute(update(probe).where(probe.c.mailbox == self._post.mailbox).values(seen_at=self._delivery_clock.now()))
        session.execute(
            delete(inbox).where(inbox.c.source == self._source, inbox.c.event_id < event.id, inbox.c.name == PROBED, inbox.c.state == DONE)
        )

    @property
    def _source(self) -> str:
        return f"urn:kim:{self._post.organisation}:{self._post.service}"


def _is_young(sent_at: datetime | None, now: datetime) -> bool:
    """Less than a minute old; one from the future, before a clock was set back, is not."""
    return sent_at is not None and timedelta() <= now - sent_at < EVERY


def last_probe(session: Session, mailbox: str) -> LastProbe:
    """When the mailbox last probed itself."""
    row = session.execute(select(probe.c.sent_at, probe.c.seen_at).where(probe.c.mailbox == mailbox)).first()
    return LastProbe(None, None) if row is None else LastProbe(row.sent_at, row.seen_at)
