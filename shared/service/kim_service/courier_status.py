"""`kim-<service> courier status`: how the mailbox stands, a line a thing, or as JSON. Nothing here says anything of a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta

from kim_bus.probe import LOST_AFTER
from kim_bus.standing import Standing, standing
from kim_bus.transports.interface import LinkLost
from kim_runtime.clock import SystemClock

from kim_service.service import House


def status_of(house: House, *, as_json: bool) -> tuple[str, bool]:
    """What to print, and whether all is well: nothing waits for people, and the last probe came back in time."""
    now = SystemClock().now()
    with house.database.read() as session:
        found = standing(session, house.mailbox, now)
    dead = _dead(house)
    well = not (found.stuck or found.parked or dead) and found.probe_seen_at is not None and now - found.probe_seen_at <= LOST_AFTER
    if as_json:
        return json.dumps({**asdict(found), "dead": dead, "well": well}, indent=1, default=str), well
    return "\n".join(f"{name:<15} {text}" for name, text in _lines(house, found, dead, now)), well


def _dead(house: House) -> int | None:
    """None where the transport does not answer."""
    try:
        return house.transport().dead()
    except LinkLost:
        return None


def _lines(house: House, found: Standing, dead: int | None, now: datetime) -> Iterator[tuple[str, str]]:
    look = f"see them with kim-{house.service.name} parked list"
    yield "to leave", _waiting(found.outbox_waiting, found.outbox_oldest)
    yield "to take effect", _waiting(found.inbox_waiting, found.inbox_oldest)
    yield "stuck", f"{found.stuck}{f', {look}' if found.stuck else ''}"
    yield "parked", f"{found.parked}{f', {look}' if found.parked else ''}"
    yield "on subjects", str(found.stuck_subjects)
    yield "refused", f"{found.refused} in the last 30 days"
    yield "dead", "not known: the transport does not answer" if dead is None else str(dead)
    yield "last probe", _probe(found, now)


def _waiting(count: int, oldest: float) -> str:
    return f"{count}, the oldest for {_span(timedelta(seconds=oldest))}" if count else "0"


def _probe(found: Standing, now: datetime) -> str:
    if found.probe_sent_at is None:
        return "none was ever sent: has the courier run?"
    sent = f"the newest was sent {_span(now - found.probe_sent_at)} ago"
    if found.probe_seen_at is None:
        return f"none came back yet; {sent}"
    return f"one came back {_span(now - found.probe_seen_at)} ago; {sent}"


def _span(span: timedelta) -> str:
    """In the two largest units that matter."""
    seconds = max(0, round(span.total_seconds()))
    for size, unit, smaller, name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            rest = seconds % size // smaller
            return f"{seconds // size} {unit} {rest} {name}" if rest else f"{seconds // size} {unit}"
    return f"{seconds} s"
