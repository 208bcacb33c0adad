"""Orders for interpreting and translation: requested by casework, answered by the pool's interpreting service.

No client's name is ever said: language, place, time, occasion and the case number are enough (data minimisation, Art. 5(1)(c) GDPR).
"""

from marshmallow import fields

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Id, Moment, Money, StrictInt, Text

JOB_KINDS = ("on_site", "phone", "video", "document_translation", "certified_translation", "information_material", "sign_language")
REQUESTER_KINDS = ("public_body", "association", "initiative", "private_person")
OCCASIONS = ("counselling", "school", "school_special_needs", "medical", "authority", "documents", "information", "other")
ORDER_STATES = (
    "waiting_for_case", "checked", "waiting_for_money", "approved", "refused", "scheduled", "performed", "invoiced", "paid",
    "cancelled", "withdrawn", "unfilled",
)  # fmt: skip


class OrderRequestedData(EventData):
    """An interpreter or a translation is needed."""

    number = Text(required=True, longest=30, metadata={"description": "the requester's number of the order"})
    requested_at = Moment(required=True)
    requester_kind = Code(REQUESTER_KINDS, required=True)
    requester_town = Id(required=True, metadata={"description": "AGS of the requesting body"})
    desk = Text(required=True, longest=120, metadata={"description": "whom to ask: a desk or office, no client"})
    case_number = Text(allow_none=True, load_default=None, longest=20, metadata={"description": "link to case management"})
    job_kind = Code(JOB_KINDS, required=True)
    occasion = Code(OCCASIONS, required=True)
    language = Id(required=True, metadata={"description": "ISO 639-3"})
    service_date = Day(required=True, metadata={"description": "day of the talk, or by when the text is needed"})
    starts_at = Moment(allow_none=True, load_default=None, metadata={"description": "of a talk"})
    minutes = StrictInt(allow_none=True, load_default=None, metadata={"description": "of a talk, with travel and waiting"})
    keystrokes = StrictInt(allow_none=True, load_default=None, metadata={"description": "of a text, expected"})
    editable = fields.Boolean(load_default=True, metadata={"description": "the text is an editable file"})
    decides_something = fields.Boolean(required=True, metadata={"description": "something is decided or signed (Rechtsfolge)"})
    public_room = fields.Boolean(load_default=True, metadata={"description": "the talk is in a public room"})
    place = Text(load_default="", longest=120, metadata={"description": "site or office, never a flat"})
    other_payers_ruled_out = fields.Boolean(load_default=False)


class OrderWithdrawnData(EventData):
    """The requester needs the order no longer."""

    number = Text(required=True, longest=30)
    withdrawn_at = Moment(required=True)


class OrderChangedData(EventData):
    """What became of an order: approved, refused and why, scheduled, performed, cancelled, paid."""

    number = Text(required=True, longest=30)
    state = Code(ORDER_STATES, required=True)
    changed_at = Moment(required=True)
    pot = Id(allow_none=True, load_default=None)
    pot_name = Text(allow_none=True, load_default=None, metadata={"description": "the pot as people call it"})
    reason = Text(allow_none=True, load_default=None, longest=60, metadata={"description": "code of a refusal"})
    fitting_pot = Id(allow_none=True, load_default=None, metadata={"description": "the pot that would fit instead"})
    fitting_pot_name = Text(allow_none=True, load_default=None)
    expected = Money(allow_none=True, load_default=None, metadata={"description": "euro, gross"})
    actual = Money(allow_none=True, load_default=None, metadata={"description": "euro, gross, once invoiced"})


ORDER_REQUESTED = EventType(
    "order", "requested", ("casework",), ("interpreting",), Kind.STATE, Audience.ADDRESSED, Sensitivity.PSEUDONYMOUS,
    OrderRequestedData,
    {
        "number": "D-2022-0012", "requested_at": "2022-06-10T08:00:00Z", "requester_kind": "public_body", "requester_town": "05334028",
        "desk": "Case Management, Rathaus Roetgen", "case_number": "2022-0041", "job_kind": "document_translation", "occasion": "documents",
        "language": "ukr", "service_date": "2022-06-30", "starts_at": None, "minutes": None, "keystrokes": 4180, "editable": False,
        "decides_something": False, "public_room": True, "place": "", "other_payers_ruled_out": False,
    },
    "2022-03",
)  # fmt: skip
ORDER_WITHDRAWN = EventType(
    "order", "withdrawn", ("casework",), ("interpreting",), Kind.STATE, Audience.ADDRESSED, Sensitivity.NONE, OrderWithdrawnData,
    {"number": "D-2022-0012", "withdrawn_at": "2022-06-11T08:00:00Z"},
    "2022-03",
)  # fmt: skip
ORDER_CHANGED = EventType(
    "order", "changed", ("interpreting",), ("casework",), Kind.STATE, Audience.ADDRESSED, Sensitivity.PSEUDONYMOUS,
    OrderChangedData,
    {
        "number": "D-2022-0012", "state": "approved", "changed_at": "2022-06-10T10:00:00Z", "pot": "kim-dolmetschen-2022",
        "pot_name": "KIM: zusätzliche Mittel für Dolmetscherdienste", "reason": None, "fitting_pot": None, "fitting_pot_name": None,
        "expected": "176.36", "actual": None,
    },
    "2022-03",
)  # fmt: skip
TYPES = (ORDER_REQUESTED, ORDER_WITHDRAWN, ORDER_CHANGED)
