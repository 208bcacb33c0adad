"""What the JSON door answers."""

from __future__ import annotations

from kim_events.fields import Code, Day, Id, Moment, StrictInt
from kim_events.types.referral import DATA_CATEGORIES, GROUNDS, OBJECTIONS, OUTCOMES, REJECTION_REASONS
from kim_web.json_door import list_of
from marshmallow import Schema, fields

from kim_referral.previewed import mark_of
from kim_referral.rules.capacity import GIVERS_ON_RECORD
from kim_referral.rules.consent_rules import CONSENT_FORMS, REVOCATION_WAYS
from kim_referral.rules.referral_rules import ANSWER_WAYS, CHANNELS, RECEIVED_STATES, SENT_STATES
from kim_referral.rules.release_rules import MISSING, NOT_BOUND, NOT_NEEDED, RELEASED


class DeclaredSchema(Schema):
    """What a person declared, as recorded here."""

    id = Id(required=True)
    about_kind = Id(required=True)
    about_id = Id(required=True)
    person = fields.String(required=True)
    recipients = fields.List(Id(), required=True, metadata={"description": "ids of organisations"})
    form = Code(CONSENT_FORMS, required=True)
    signed = fields.Boolean(required=True)
    age = StrictInt(required=True, allow_none=True, metadata={"description": "on the day it was given; asked under 18 only"})
    given_by = Code(GIVERS_ON_RECORD, required=True)
    given_on = Day(required=True)
    valid_to = Day(required=True, metadata={"description": "last day"})
    revoked_at = Moment(required=True, allow_none=True)
    revoked_how = Code(REVOCATION_WAYS, required=True, allow_none=True)


class ConsentSchema(DeclaredSchema):
    """A consent, as recorded here."""

    purpose = fields.String(required=True)
    categories = fields.List(Code(DATA_CATEGORIES), required=True)


class ReleaseSchema(DeclaredSchema):
    """A release from confidentiality, as recorded here."""

    released = fields.String(required=True, metadata={"description": "who is bound to secrecy and may speak"})
    subjects = fields.List(Code(DATA_CATEGORIES), required=True)


class ReferralSchema(Schema):
    """A referral sent, without what was said of the person."""

    id = Id(required=True)
    number = fields.String(required=True)
    return_code = fields.String(required=True)
    about_kind = Id(required=True)
    about_id = Id(required=True)
    channel = Code(CHANNELS, required=True)
    receiver = Id(required=True, metadata={"description": "id of the organisation"})
    receiver_name = fields.String(required=True, metadata={"description": "its name on the day it was sent"})
    categories = fields.List(Code(DATA_CATEGORIES), required=True, metadata={"description": "what was told, by category"})
    consent_id = fields.String(required=True, allow_none=True)
    offered_at = Moment(required=True)
    answer_by = Day(required=True)
    state = Code(SENT_STATES, required=True)
    answered_at = Moment(required=True, allow_none=True)
    answered_how = Code(ANSWER_WAYS, required=True, allow_none=True)
    rejection = Code(REJECTION_REASONS, required=True, allow_none=True)
    appointment = Day(required=True, allow_none=True)
    outcome = Code(OUTCOMES, required=True, allow_none=True)
    settled_at = Moment(required=True, allow_none=True, metadata={"description": "decided anew after a rejection or expiry"})
    withdrawn_at = Moment(required=True, allow_none=True)
    withdrawal = fields.String(
        required=True, allow_none=True,
        metadata={"description": "taken_back, nothing_told, under_way, to_be_destroyed, unread, deleted or restricted"},
    )  # fmt: skip


ReferralListSchema = list_of(ReferralSchema)


class SaidSchema(Schema):
    """What a referral says of a person, as far as the consent covers it."""

    name = fields.String(required=True)
    phone = fields.String(required=True)
    birth_year = StrictInt(required=True, allow_none=True)
    language = fields.String(required=True, metadata={"description": "ISO 639-3"})
    residence_town = fields.String(required=True, metadata={"description": "AGS, eight digits"})
    persons = StrictInt(required=True, allow_none=True)
    topics = fields.List(Id(), required=True)
    note = fields.String(required=True)
    health = fields.String(required=True)


class PreviewSchema(Schema):
    """Exactly what a referral would send."""

    receiver = Id(required=True, attribute="receiver.organisation")
    mailbox = fields.String(required=True, allow_none=True, attribute="receiver.mailbox", metadata={"description": "null: by letter"})
    content = fields.Nested(SaidSchema, required=True)
    categories = fields.List(Code(DATA_CATEGORIES), required=True)
    purpose = fields.String(required=True, attribute="consent.purpose", metadata={"description": "of the consent; told along"})
    desk = fields.String(required=True)
    answer_by = Day(required=True)
    secrecy = Code((NOT_BOUND, NOT_NEEDED, RELEASED, MISSING), required=True, metadata={
        "description": "`missing`: a release from confidentiality is needed before this can be sent"})  # fmt: skip
    unreleased = fields.List(Code(DATA_CATEGORIES), required=True)
    hints = fields.List(
        fields.String(), required=True, metadata={"description": "words that sound like health without such a consent; never complete"}
    )
    confirmation_needed = fields.Boolean(
        required=True,
        attribute="receiver.guarded",
        metadata={"description": "an immigration office: `typed_confirmation` and `previewed` are asked for"},
    )
    previewed = fields.Function(mark_of, required=True, metadata={"type": "string", "description": "to be sent along with these words"})


class ReceivedReferralSchema(Schema):
    """A referral received, without what is said of the person."""

    id = Id(required=True)
    number = fields.String(required=True, metadata={"description": "the sender's number"})
    sender = fields.String(required=True, metadata={"description": "mailbox"})
    desk = fields.String(required=True)
    received_at = Moment(required=True)
    answer_by = Day(required=True, allow_none=True)
    state = Code(RECEIVED_STATES, required=True)
    read_at = Moment(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    rejection = Code(REJECTION_REASONS, required=True, allow_none=True)
    appointment = Day(required=True, allow_none=True)
    outcome = Code(OUTCOMES, required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)
    withdrawal = Code(("unread", "deleted", "restricted"), required=True, allow_none=True)
    ground = Code((*GROUNDS, *OBJECTIONS), required=True, allow_none=True)
    about_kind = fields.String(required=True, allow_none=True)
    about_id = fields.String(required=True, allow_none=True)


ReceivedReferralListSchema = list_of(ReceivedReferralSchema)


class ProtectedReferralSchema(Schema):
    """A received referral, and whether it is closed to the desk."""

    received_id = Id(required=True, attribute="thing_id")
    protected = fields.Boolean(required=True)


class ReferralEmergencySchema(Schema):
    """An opening of a received referral in an emergency."""

    id = Id(required=True)
    received_id = Id(required=True)
    opened_at = Moment(required=True)
    ends_at = Moment(required=True)


class OpenedReferralSchema(ReceivedReferralSchema):
    """A referral that was opened: with its content, unless that had to be dropped or was withdrawn."""

    content = fields.Nested(SaidSchema, required=True, attribute="readable")
    purpose = fields.String(required=True, allow_none=True, attribute="readable_purpose", metadata={
        "description": "all the content may be used for; null where there is no content, or its sender told none"})  # fmt: skip


class OpenReferralSchema(Schema):
    received_id = Id(required=True)
