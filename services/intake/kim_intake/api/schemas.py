"""What the JSON door answers."""

from __future__ import annotations

from kim_events.fields import Code, Day, Id, Moment, StrictInt, Text
from kim_web.json_door import Page, list_of
from marshmallow import Schema, fields

from kim_intake.rules.codes import BODY_STATES, CHANNELS, HAND_OVER_STATES, INTERPRETERS, KINDS, PROPOSAL_STATES, SOURCES


class ConsultationSchema(Schema):
    """A consultation, without the line about the matter and without who was there."""

    id = Id(required=True)
    site = Id(required=True, attribute="site_id")
    service = Id(required=True)
    desk = StrictInt(required=True, allow_none=True)
    day = Day(required=True)
    persons_present = StrictInt(required=True, metadata={"description": "persons at the table"})
    children = StrictInt(required=True)
    origin = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-3, UNKNOWN or NOT_SAID"})
    town = fields.String(required=True, allow_none=True, metadata={"description": "AGS, eight digits"})
    postcode = fields.String(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True, metadata={"description": "ISO 639-3"})
    interpreter = Code(INTERPRETERS, required=True)
    topics = fields.List(Id(), required=True)
    kind = Code(KINDS, required=True)
    channel = Code(CHANNELS, required=True)
    minutes = StrictInt(required=True, allow_none=True)
    source = Code(SOURCES, required=True)
    anonymous = fields.Function(lambda row: row.client_id is None, metadata={"type": "boolean"})
    recorded_at = Moment(required=True)


ConsultationListSchema = list_of(ConsultationSchema)


class HandOverSchema(Schema):
    """A hand-over under one roof: what the next desk is told."""

    id = Id(required=True)
    consultation = Id(required=True, attribute="consultation_id")
    site = Id(required=True, attribute="site_id")
    from_service = Id(required=True)
    to = Id(required=True, attribute="to_body")
    handed_over_at = Moment(required=True)
    persons = StrictInt(required=True)
    languages = fields.List(fields.String(), required=True)
    topics = fields.List(Id(), required=True)
    state = Code(HAND_OVER_STATES, required=True)
    answered_at = Moment(required=True, allow_none=True)
    taken_consultation = fields.String(required=True, allow_none=True, attribute="taken_consultation_id")


HandOverListSchema = list_of(HandOverSchema)


class ProposalSchema(Schema):
    """A proposal for case management and its answer; the person is not told here."""

    id = Id(required=True)
    client = Id(required=True, attribute="client_id")
    site = Id(required=True, attribute="site_id")
    proposed_at = Moment(required=True)
    follow_ups = StrictInt(required=True)
    topics = fields.List(Id(), required=True)
    state = Code(PROPOSAL_STATES, required=True)
    decided_on = Day(required=True, allow_none=True)
    case_number = fields.String(required=True, allow_none=True)
    decline_reason = fields.String(required=True, allow_none=True)


ProposalListSchema = list_of(ProposalSchema)


class ProtectedSchema(Schema):
    """A person's record, and whether it is closed to the desk."""

    client = Id(required=True, attribute="thing_id")
    protected = fields.Boolean(required=True)


class VisitorSchema(ProtectedSchema):
    """Who was taken up, and by which code they are found again."""

    code = fields.String(required=True, metadata={"description": "the return code: six letters"})


class ReturnCodeSchema(Schema):
    """By which code a visitor is found again; a name need not be known."""

    client = Id(required=True, attribute="id")
    code = fields.String(required=True, metadata={"description": "the return code: six letters"})


class EmergencySchema(Schema):
    """An opening of a person's record in an emergency."""

    id = Id(required=True)
    client = Id(required=True, attribute="client_id")
    opened_at = Moment(required=True)
    ends_at = Moment(required=True)


class SiteBodySchema(Schema):
    """A body under the roof of a site."""

    code = Id(required=True)
    name = Text(required=True)
    organisation = Id(required=True)
    desks = StrictInt(required=True)


class SiteSchema(Schema):
    id = Id(required=True)
    name = Text(required=True)
    municipality = fields.String(required=True, metadata={"description": "AGS, eight digits"})
    case_management_desks = StrictInt(required=True)
    bodies = fields.List(fields.Nested(SiteBodySchema), required=True)


SiteListSchema = list_of(SiteSchema)


class BodyStateSchema(Schema):
    """How a body is doing on a day."""

    site = Id(required=True, attribute="site_id")
    body = Id(required=True, attribute="code")
    day = Day(required=True)
    state = Code(BODY_STATES, required=True)


class ListQuery(Page):
    """Which consultations are wanted."""

    day = Day(metadata={"description": "of one day only"})
    site = Id(metadata={"description": "of one site only"})


class HandOverQuery(Schema):
    """Who waits for whom."""

    site = Id(required=True)
    service = Id(required=True)


class StatisticsSchema(Schema):
    """Figures of a period, each counted from rows. Counselling services stand apart and are never added."""

    period = fields.Dict(required=True, metadata={"description": "as asked"})
    told = fields.Dict(required=True, metadata={"description": "first and last day of the halves of months that lie wholly in it"})
    consultations = fields.Dict(required=True, metadata={"description": "by counselling service"})
    hand_overs = fields.Dict(required=True)
    proposals = fields.Dict(required=True)
    referrals = fields.Dict(required=True)
    sites = fields.Dict(required=True, metadata={"description": "by id of the site"})
    partners = fields.Dict(required=True, metadata={"description": "months told by other organisations, by their id"})
    counting_rules = fields.Dict(required=True, metadata={"description": "how each figure is counted, in German and English"})
