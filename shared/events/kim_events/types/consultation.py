"""Consultations (Beratungen): what intake tells its own casework."""

from marshmallow import fields

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Id, StrictInt

COUNSELLING_SERVICES = ("case_management", "school_entry", "information_point")
CONSULTATION_KINDS = ("first", "signposting", "follow_up")


class ConsultationRecordedData(EventData):
    """A consultation was recorded at a desk; told without anything about who was there."""

    site = Id(required=True, metadata={"description": "id of the site"})
    service = Code(COUNSELLING_SERVICES, required=True, metadata={"description": "the counselling service at whose desk it was"})
    kind = Code(CONSULTATION_KINDS, required=True)
    day = Day(required=True)
    persons_present = StrictInt(required=True, metadata={"description": "persons at the table"})
    topics = fields.List(Id(), required=True)


CONSULTATION_RECORDED = EventType(
    "consultation", "recorded", ("intake",), ("casework",), Kind.FACT, Audience.ORGANISATION, Sensitivity.NONE,
    ConsultationRecordedData,
    {"site": "aachen-arkaden", "service": "school_entry", "kind": "first", "day": "2022-05-10", "persons_present": 5,
     "topics": ["housing", "health"]},
    "2022-03",
)  # fmt: skip
TYPES = (CONSULTATION_RECORDED,)
