"""The catalogue: every event type by its name (`case.changed.v1`)."""

from kim_events.event_type import EventType
from kim_events.types import admission, assignability, case, consultation, courier, order, referral, statistics

CATALOGUE: dict[str, EventType] = {
    kind.name: kind
    for module in (consultation, referral, admission, case, order, assignability, statistics, courier)
    for kind in module.TYPES
}
