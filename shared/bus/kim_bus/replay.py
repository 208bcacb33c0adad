"""Replay: what has left the house already leaves it once more, with its old id and its old bytes.

For a mailbox that was lost with what it held. Whoever has it already recognises it by sender and id and lets it lie, so a replay may
always be wider than what was lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kim_events.catalogue import CATALOGUE
from kim_events.event_type import Kind
from kim_runtime.act import Act
from kim_runtime.clock import Clock, SystemClock, local_day
from kim_runtime.refusal import Refused
from sqlalchemy import ColumnElement, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from kim_bus.post import Post
from kim_bus.probe import PROBED
from kim_bus.retention import CONTENTS_KEPT, MARKS_KEPT
from kim_bus.routing import bindings
from kim_bus.tables import interventions, outbox

LONGEST_WAY = timedelta(days=30)  # what a replayed event may wait until it arrives, and its receiver's mark must still be there
REACH = MARKS_KEPT - LONGEST_WAY


def replay(
    session: Session,
    act: Act,
    *,
    since: datetime,
    until: datetime,
    name: str | None = None,
    recipient: str | None = None,
    delivery_clock: Clock | None = None,
) -> int:
    """Let what left the house from `since` until before `until` (delivery time) leave it again. Returns how many events.

    `name` is an event type (`case.changed.v1`); `recipient` an organisation or a mailbox: then only what it is told, also as one of
    many. Of a state only the highest version of each subject goes: what it overrules, and what was withdrawn, stays here. What was
    discarded stays too, and what is past its last day. It is written down.

    Raises Refused when it would reach further back than what is kept, or when the bounds or the recipient make no sense.
    """
    now = (delivery_clock or SystemClock()).now()
    _check_bounds(since, until, now)
    which = [
        outbox.c.published_at >= since,
        outbox.c.published_at < until,
        outbox.c.created_at >= now - REACH,
        outbox.c.body != b"",
        outbox.c.name != PROBED,
        _newest(),
        or_(outbox.c.last_day.is_(None), outbox.c.last_day >= act.today),
    ]
    if name is not None:
        which.append(outbox.c.name == name)
    if recipient is not None:
        which.append(outbox.c.routing_key.in_(_told(session.info["post"], recipient)))
    # It has left before: `leaving_at` stays, so that nobody takes it back as if nobody had seen it.
    again = update(outbox).where(*which).values(published_at=None, stuck_at=None, attempts=0, last_error=None, next_attempt_at=now)
    count: int = session.execute(again).rowcount  # type: ignore[attr-defined]
    asked = f"{since.isoformat()} – {until.isoformat()}, {name or 'every type'}, {recipient or 'everybody'}: {count}"
    session.execute(interventions.insert().values(at=now, actor=act.actor.id, action="replay", event_id="", because=asked[:500]))
    return count


def _check_bounds(since: datetime, until: datetime, now: datetime) -> None:
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("the bounds of a replay are moments with a zone")
    if since >= until:
        raise Refused("bounds_swapped", "Der Anfang liegt nicht vor dem Ende.", "since")
    if since < now - CONTENTS_KEPT:
        raise Refused(
            "too_far_back",
            "Was vor dem {day} hinausging, wird nicht mehr aufbewahrt. Wählen Sie einen späteren Anfang.",
            "since",
            day=f"{local_day(now - CONTENTS_KEPT) + timedelta(days=1):%d.%m.%Y}",
        )


def _newest() -> ColumnElement[bool]:
    """Facts, each; of states, those that no higher version overrules."""
    facts = [kind.name for kind in CATALOGUE.values() if kind.kind is Kind.FACT]
    highest = select(outbox.c.subject, func.max(outbox.c.subjectversion)).where(outbox.c.name.not_in(facts)).group_by(outbox.c.subject)
    return or_(outbox.c.name.in_(facts), tuple_(outbox.c.subject, outbox.c.subjectversion).in_(highest))


def _told(post: Post, recipient: str) -> list[str]:
    """The routing keys under which this house reaches a mailbox, or any mailbox of an organisation."""
    ours = f"{post.mailbox}."
    keys = sorted(
        {
            binding.routing_key
            for binding in bindings(post.directory)
            if binding.routing_key.startswith(ours) and recipient in (binding.mailbox, binding.mailbox.partition(".")[0])
        }
    )
    if not keys:
        raise Refused("no_such_recipient", "{recipient} bekommt von diesem Dienst keine Nachrichten.", "recipient", recipient=recipient)
    return keys
