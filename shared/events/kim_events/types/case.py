"""Cases (Fälle): number and state alone, so that an order can be linked to one."""

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Text

CASE_STATES = ("open", "closed")
PHASES = ("intake", "assessment", "planning", "linking", "monitoring", "evaluation")
CHANGES = ("opened", "phase", "manager", "closed", "reopened")


class CaseChangedData(EventData):
    """A case was opened, moved to another phase, closed or reopened."""

    number = Text(required=True, longest=20)
    state = Code(CASE_STATES, required=True)
    phase = Code(PHASES, required=True)
    change = Code(CHANGES, required=True)
    changed_on = Day(required=True)


CASE_CHANGED = EventType(
    "case", "changed", ("casework",), ("interpreting",), Kind.STATE, Audience.ORGANISATION, Sensitivity.PSEUDONYMOUS, CaseChangedData,
    {"number": "2022-0041", "state": "open", "phase": "assessment", "change": "phase", "changed_on": "2022-06-01"},
    "2022-03",
)  # fmt: skip
TYPES = (CASE_CHANGED,)
