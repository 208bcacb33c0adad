"""Assignability (Einsetzbarkeit): staffing tells who may be given cases, from when, until when. Nothing else of a contract leaves it."""

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Fte, Id

ROLES = ("case_management", "coordination", "administration", "immigration_office")


class AssignabilityChangedData(EventData):
    """A member of staff may be assigned work on a post, for a time and with a share."""

    staff = Id(required=True, metadata={"description": "staff reference, a pseudonym"})
    role = Code(ROLES, required=True)
    assignable_from = Day(required=True)
    assignable_to = Day(allow_none=True, load_default=None, metadata={"description": "last day; absent: no end known"})
    share = Fte(required=True, metadata={"description": "full-time equivalents"})


ASSIGNABILITY_CHANGED = EventType(
    "assignability", "changed", ("staffing",), ("casework",), Kind.STATE, Audience.ADDRESSED, Sensitivity.PSEUDONYMOUS,
    AssignabilityChangedData,
    {"staff": "p-07", "role": "case_management", "assignable_from": "2022-03-01", "assignable_to": "2022-12-31", "share": "0.50"},
    "2022-03",
)  # fmt: skip
TYPES = (ASSIGNABILITY_CHANGED,)
