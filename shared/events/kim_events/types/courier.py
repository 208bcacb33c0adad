"""Couriers: what the bus says to itself."""

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Moment

SERVICES = ("intake", "casework", "interpreting", "staffing")


class CourierProbedData(EventData):
    """A courier sends itself a probe, once a minute: while it comes back, the whole way of an event is open."""

    sent_at = Moment(required=True, metadata={"description": "when it was sent, by the machine's clock"})


COURIER_PROBED = EventType(
    "courier", "probed", SERVICES, SERVICES, Kind.STATE, Audience.MAILBOX, Sensitivity.NONE, CourierProbedData,
    {"sent_at": "2022-05-10T07:00:00+00:00"},
    "2022-03",
)  # fmt: skip
TYPES = (COURIER_PROBED,)
