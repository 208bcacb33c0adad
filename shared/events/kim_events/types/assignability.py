"""Assignability (Einsetzbarkeit): staffing tells who may be given cases, from when, until when. Nothing else of a contract leaves it."""

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Day, Id


class AssignabilityChangedData(EventData):
    """A member of staff may be given cases, from a day to a day. Staff without cases are not spoken of."""

    staff = Id(required=True, metadata={"description": "staff reference, a pseudonym"})
    assignable_from = Day(required=True)
    assignable_to = Day(allow_none=True, load_default=None, metadata={"description": "last day; absent: no end known"})


ASSIGNABILITY_CHANGED = EventType(
    "assignability", "changed", ("staffing",), ("casework",), Kind.STATE, Audience.ADDRESSED, Sensitivity.PSEUDONYMOUS,
    AssignabilityChangedData,
    {"staff": "p-07", "assignable_from": "2022-03-01", "assignable_to": "2022-12-31"},
    "2022-03",
)  # fmt: skip
TYPES = (ASSIGNABILITY_CHANGED,)
