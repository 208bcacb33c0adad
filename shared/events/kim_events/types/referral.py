"""Referrals (Verweise): offered with consent, answered by the receiver, withdrawn by the sender.

`offered` and `withdrawn` are versions of the sender's state, `answered` and `completed` of the receiver's. Each carries the whole state
of its side, so the highest version is all a reader needs: a withdrawal known at the mailbox wins over content that comes later.
"""

from marshmallow import fields

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Code, Day, Id, Moment, StrictInt, Text

PARTIES = ("intake", "casework")
WITHDRAWAL_REASONS = ("consent_revoked", "sent_by_mistake", "no_longer_needed")
ANSWERS = ("accepted", "rejected", "waiting_list", "withdrawn_unread", "deleted", "restricted")
REJECTION_REASONS = ("no_capacity", "not_responsible", "person_not_reached", "need_differs", "other")
# Why a receiver deleted what it was sent without using it, or keeps it restricted after a revocation (Art. 17(3), 18 GDPR).
GROUNDS = ("consent_expired", "retention_duty", "legal_claims", "own_contact")
# Why a receiver deleted an offer at once: its consent, as told, does not carry it.
OBJECTIONS = ("recipient_not_named", "purpose_missing")
OUTCOMES = ("arrived", "not_arrived", "moved_away", "other")
DATA_CATEGORIES = ("name", "phone", "birth_year", "language", "residence_town", "topics", "health", "note")


class ConsentCopy(EventData):
    """What the person agreed to, so that the receiver can check it again (Einwilligung, Art. 7 GDPR).

    Other recipients than this receiver are not told: they would say where else the person goes. Earlier releases tell neither `purpose` nor
    `recipient`.
    """

    id = Id(required=True)
    given_on = Day(required=True)
    valid_to = Day(required=True)
    categories = fields.List(Code(DATA_CATEGORIES), required=True)
    written = fields.Boolean(required=True)
    purpose = Text(longest=500, metadata={"description": "what the data may be used for, as the person was told (§ 78(1) SGB X)"})
    recipient = Id(metadata={"description": "the organisation the consent names, to which this goes; no other it may name"})


class ReferredPerson(EventData):
    """The person referred. A category that the consent does not name is absent."""

    name = Text(longest=200)
    phone = Text(longest=50)
    birth_year = StrictInt()
    language = Id(metadata={"description": "ISO 639-3"})
    residence_town = Id(metadata={"description": "AGS, eight digits"})
    persons = StrictInt(metadata={"description": "how many people it is about"})


class ReferralOfferedData(EventData):
    """A person is referred to another body, with consent."""

    number = Text(required=True, longest=30, metadata={"description": "the sender's number: R-2022-0007"})
    offered_at = Moment(required=True)
    answer_by = Day(required=True)
    desk = Text(required=True, longest=120, metadata={"description": "which desk of the sender to ask"})
    consent = fields.Nested(ConsentCopy, required=True)
    person = fields.Nested(ReferredPerson, required=True)
    topics = fields.List(Id(), required=True)
    note = Text(longest=1000, load_default="", metadata={"description": "only with the category note"})
    health = Text(longest=1000, load_default="", metadata={"description": "only with the category health, consented in writing"})


class ReferralWithdrawnData(EventData):
    """A referral was taken back; its content must not be shown any more."""

    number = Text(required=True, longest=30)
    withdrawn_at = Moment(required=True)
    reason = Code(WITHDRAWAL_REASONS, required=True)


class ReferralAnsweredData(EventData):
    """The receiver has decided on a referral, or confirms what became of a withdrawn one."""

    number = Text(required=True, longest=30)
    answer = Code(ANSWERS, required=True)
    reason = Code(REJECTION_REASONS, allow_none=True, load_default=None)
    ground = Code(GROUNDS, allow_none=True, load_default=None, metadata={"description": "of deleted and restricted"})
    objection = Code(OBJECTIONS, metadata={"description": "of deleted: why the consent did not carry the offer"})
    answered_at = Moment(required=True)
    appointment = Day(allow_none=True, load_default=None)


class ReferralCompletedData(ReferralAnsweredData):
    """The referral is finished: did the person arrive?"""

    outcome = Code(OUTCOMES, required=True)
    completed_at = Moment(required=True)


_ANSWER = {
    "number": "R-2022-0007", "answer": "accepted", "reason": None,
    "answered_at": "2022-07-01T09:30:00Z", "appointment": "2022-07-05",
}  # fmt: skip
REFERRAL_OFFERED = EventType(
    "referral", "offered", PARTIES, PARTIES, Kind.STATE, Audience.ADDRESSED, Sensitivity.PERSONAL, ReferralOfferedData,
    {
        "number": "R-2022-0007", "offered_at": "2022-06-30T12:10:00Z", "answer_by": "2022-07-14", "desk": "Infopunkt",
        "consent": {
            "id": "c-1", "given_on": "2022-06-30", "valid_to": "2022-12-31", "categories": ["name", "phone", "topics"], "written": True,
            "purpose": "Begleitung durch das Case Management", "recipient": "caritas-eifel",
        },
        "person": {"name": "Anna Beispiel", "phone": "0241 000000", "persons": 3}, "topics": ["housing"], "note": "",
    },
    "2022-03",
)  # fmt: skip
REFERRAL_WITHDRAWN = EventType(
    "referral", "withdrawn", PARTIES, PARTIES, Kind.STATE, Audience.ADDRESSED, Sensitivity.NONE, ReferralWithdrawnData,
    {"number": "R-2022-0007", "withdrawn_at": "2022-07-05T14:40:00Z", "reason": "consent_revoked"},
    "2022-03",
)  # fmt: skip
REFERRAL_ANSWERED = EventType(
    "referral", "answered", PARTIES, PARTIES, Kind.STATE, Audience.ADDRESSED, Sensitivity.NONE, ReferralAnsweredData, _ANSWER, "2022-03"
)
REFERRAL_COMPLETED = EventType(
    "referral", "completed", PARTIES, PARTIES, Kind.STATE, Audience.ADDRESSED, Sensitivity.NONE, ReferralCompletedData,
    {**_ANSWER, "outcome": "arrived", "completed_at": "2022-07-29T08:00:00Z"},
    "2022-03",
)  # fmt: skip
TYPES = (REFERRAL_OFFERED, REFERRAL_WITHDRAWN, REFERRAL_ANSWERED, REFERRAL_COMPLETED)
