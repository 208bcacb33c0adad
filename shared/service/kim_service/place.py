"""Where a page of the list of waiting messages begins, as text for an address. It says nothing but a moment and an event's id."""

from __future__ import annotations

from datetime import UTC, datetime

from kim_bus.parked import Place, Waiting

_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"  # without a plus sign, which an address would read as a blank


def as_cursor(last: Waiting) -> str:
    """What stands in `next` after a page that ends with this message."""
    return f"{last.since.astimezone(UTC):{_MOMENT}} {last.event_id}"


def after(cursor: str) -> Place | None:
    """The place a cursor names; None (the beginning) where it names none."""
    since, _, event_id = cursor.partition(" ")
    try:
        return datetime.strptime(since, _MOMENT).replace(tzinfo=UTC), event_id
    except ValueError:
        return None
