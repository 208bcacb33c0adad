"""Admission to case management (CM-Aufnahme): proposed by intake, decided by casework of the same organisation."""

from marshmallow import fields

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Id, Moment, StrictInt, Text

PROPOSAL_STATES = ("proposed", "withdrawn")
DECISIONS = ("admitted", "declined")
DECLINE_REASONS = ("no_complex_need", "other_service_fits", "not_wanted", "not_responsible", "no_capacity", "other")


class ProposedPerson(EventData):
    """The person whose admission is proposed, as far as they agreed to tell."""

    name = Text(required=True, longest=200)
    phone = Text(longest=50, load_default="")
    birth_year = StrictInt(allow_none=True, load_default=None)
    languages = fields.List(Id(), load_default=list)
    town = Id(allow_none=True, load_default=None, metadata={"description": "AGS, eight digits"})
    persons = StrictInt(load_default=1, metadata={"description": "how many people live together"})


class AdmissionProposedData(EventData):
    """Intake proposes to admit a person to case management, from need and follow-up consultations."""

    state = Code(PROPOSAL_STATES, required=True)
    proposed_at = Moment(required=True)
    site = Id(required=True)
    consent_given_on = Day(required=True, metadata={"description": "the day the person agreed to be proposed"})
    person = fields.Nested(ProposedPerson, allow_none=True, load_default=None, metadata={"description": "absent when withdrawn"})
    need = Text(longest=2000, load_default="")
    topics = fields.List(Id(), load_default=list)
    follow_ups = StrictInt(required=True, metadata={"description": "follow-up consultations so far"})


class AdmissionDecidedData(EventData):
    """A case manager has admitted the person, or declined with a reason."""

    decision = Code(DECISIONS, required=True)
    decided_on = Day(required=True)
    case_number = Text(allow_none=True, load_default=None, longest=20)
    reason = Code(DECLINE_REASONS, allow_none=True, load_default=None)


ADMISSION_PROPOSED = EventType(
    "admission", "proposed", ("intake",), ("casework",), Kind.STATE, Audience.ORGANISATION, Sensitivity.PERSONAL, AdmissionProposedData,
    {
        "state": "proposed", "proposed_at": "2022-05-20T09:00:00Z", "site": "aachen-arkaden", "consent_given_on": "2022-05-20",
        "person": {"name": "Anna Beispiel", "phone": "", "birth_year": 1988, "languages": ["ukr"], "town": "05334008", "persons": 5},
        "need": "Wohnung, Anerkennung, Schule", "topics": ["housing"], "follow_ups": 3,
    },
    "2022-03",
)  # fmt: skip
ADMISSION_DECIDED = EventType(
    "admission", "decided", ("casework",), ("intake",), Kind.STATE, Audience.ORGANISATION, Sensitivity.NONE, AdmissionDecidedData,
    {"decision": "admitted", "decided_on": "2022-05-23", "case_number": "2022-0041", "reason": None},
    "2022-03",
)  # fmt: skip
TYPES = (ADMISSION_PROPOSED, ADMISSION_DECIDED)
