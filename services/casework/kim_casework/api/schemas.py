"""What the JSON door answers and asks."""

from __future__ import annotations

from kim_events.fields import Code, Day, Id, Moment, Money, StrictInt, Text
from kim_events.types.admission import DECLINE_REASONS
from kim_events.types.case import CASE_STATES, PHASES
from kim_web.json_door import Page, list_of
from marshmallow import Schema, fields, validate

from kim_casework.model.contact import WHO_ACTS
from kim_casework.rules.closing import CLOSING_REASONS
from kim_casework.rules.follow_up import CONTACT_KINDS, COUNTERPARTS
from kim_casework.rules.orders import STATES

PROPOSAL_STATES = ("waiting", "admitted", "declined", "withdrawn")


class PersonSchema(Schema):
    """A member of the household."""

    id = Id(required=True)
    name = Text(required=True)
    birth_year = StrictInt(required=True, allow_none=True)
    phone = Text(required=True)
    language = fields.String(required=True, metadata={"description": "ISO 639-3; empty: not asked"})
    needs_interpreter = fields.Boolean(required=True)
    added_on = Day(required=True)


class CaseSchema(Schema):
    """A case as its case manager sees it."""

    id = Id(required=True)
    number = Text(required=True)
    version = StrictInt(required=True)
    state = Code(CASE_STATES, required=True)
    phase = Code(PHASES, required=True)
    responsible = Id(required=True)
    deputies = fields.List(Id(), required=True)
    persons = fields.List(fields.Nested(PersonSchema), required=True)
    opened_on = Day(required=True)
    agreement_on = Day(required=True)
    topics = fields.List(Id(), required=True)
    town = fields.String(required=True, metadata={"description": "AGS, eight digits; empty: not known"})
    site = fields.String(required=True)
    closed_on = Day(required=True, allow_none=True)
    closing_reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(CLOSING_REASONS))
    kept_until_before = Day(required=True, allow_none=True, metadata={"description": "first day on which the file may be deleted"})


class AssignedSchema(Schema):
    """Who looks after a case. Who may give it away need not be allowed to see more of it."""

    id = Id(required=True)
    number = Text(required=True)
    version = StrictInt(required=True)
    responsible = Id(required=True)
    deputies = fields.List(Id(), required=True)


class CoverSchema(Schema):
    """A colleague who stands in for another (Vertretung auf Zeit)."""

    id = Id(required=True)
    absent = Id(required=True, metadata={"description": "member of staff, as in `responsible` of a case"})
    cover = Id(required=True, metadata={"description": "who stands in"})
    from_day = Day(required=True)
    until_day = Day(required=True, metadata={"description": "the last day"})
    with_protected = fields.Boolean(required=True)
    reason = Text(required=True)
    ended_at = Moment(required=True, allow_none=True, metadata={"description": "when it was ended before its last day"})


CoverListSchema = list_of(CoverSchema)


class TeamSchema(Schema):
    """Colleagues who share cases under a lead of their own (Team)."""

    id = Id(required=True)
    name = Text(required=True)
    members = fields.List(Id(), required=True, metadata={"description": "members of staff, as in `responsible` of a case"})


TeamListSchema = list_of(TeamSchema)


class EmergencySchema(Schema):
    """An opening of a case in an emergency."""

    id = Id(required=True)
    case = Id(required=True, attribute="case_id")
    opened_at = Moment(required=True)
    ends_at = Moment(required=True)


class ContactSchema(Schema):
    """A contact note."""

    id = Id(required=True)
    case = Id(required=True, attribute="case_id")
    about = Id(required=True, metadata={"description": "the person whose note it is"})
    day = Day(required=True)
    kind = Code(CONTACT_KINDS, required=True)
    counterpart = Code(COUNTERPARTS, required=True)
    counterpart_name = Text(required=True)
    present = fields.List(Id(), required=True)
    minutes = StrictInt(required=True)
    text = Text(required=True, longest=4000)
    follow_up = fields.Boolean(required=True)
    noted_by = Id(required=True)
    noted_at = Moment(required=True)


class ProposalSchema(Schema):
    """A proposal for admission. What it says of the person is there only while it waits."""

    id = Id(required=True)
    state = Code(PROPOSAL_STATES, required=True)
    proposed_at = Moment(required=True)
    answer_by = Day(required=True)
    site = Id(required=True)
    consent_given_on = Day(required=True)
    follow_ups = StrictInt(required=True)
    name = Text(required=True)
    phone = Text(required=True)
    birth_year = StrictInt(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    town = fields.String(required=True, allow_none=True)
    persons = StrictInt(required=True)
    need = Text(required=True, longest=4000)
    topics = fields.List(Id(), required=True)
    decided_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(DECLINE_REASONS))


class OrderSchema(Schema):
    """An order for an interpreter or a translation, with what the interpreting service says of it."""

    id = Id(required=True)
    number = Text(required=True)
    case = fields.String(required=True, allow_none=True, attribute="case_id")
    state = Code(STATES, required=True)
    requested_at = Moment(required=True)
    requested_by = Id(required=True)
    job_kind = Id(required=True)
    occasion = Id(required=True)
    language = fields.String(required=True, metadata={"description": "ISO 639-3"})
    service_date = Day(required=True)
    starts_at = Moment(required=True, allow_none=True)
    minutes = StrictInt(required=True, allow_none=True)
    keystrokes = StrictInt(required=True, allow_none=True)
    decides_something = fields.Boolean(required=True)
    place = Text(required=True)
    desk = Text(required=True)
    pot = fields.String(required=True, allow_none=True)
    pot_name = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "code of a refusal"})
    fitting_pot = fields.String(required=True, allow_none=True, metadata={"description": "the pot that would fit instead"})
    fitting_pot_name = fields.String(required=True, allow_none=True)
    expected = Money(required=True, allow_none=True, metadata={"description": "euro, gross"})
    actual = Money(required=True, allow_none=True, metadata={"description": "euro, gross"})


class NextStepSchema(Schema):
    """What is to be done next in a case (nächster Schritt)."""

    id = Id(required=True)
    case = Id(required=True, attribute="case_id")
    what = Text(required=True, longest=300)
    until = Day(required=True)
    who = Code(WHO_ACTS, required=True)
    office = Text(required=True)
    done_on = Day(required=True, allow_none=True)


class StaffSchema(Schema):
    """A colleague who works with cases (Mitarbeitende)."""

    id = Id(required=True, metadata={"description": "as they sign in, and as in `responsible` of a case"})
    name = Text(required=True)
    reference = fields.String(required=True, allow_none=True, metadata={"description": "what staffing calls them"})
    manages_cases = fields.Boolean(required=True)


class SiteSchema(Schema):
    """A site this house works at."""

    id = Id(required=True)
    name = Text(required=True)
    municipality = fields.String(required=True, metadata={"description": "AGS, eight digits"})


AssignedListSchema = list_of(AssignedSchema)
CaseListSchema = list_of(CaseSchema)
NextStepListSchema = list_of(NextStepSchema)
StaffListSchema = list_of(StaffSchema)
SiteListSchema = list_of(SiteSchema)
ContactListSchema = list_of(ContactSchema)
ProposalListSchema = list_of(ProposalSchema)
OrderListSchema = list_of(OrderSchema)


class CaseQuery(Page):
    """Which cases are wanted."""

    state = Code(CASE_STATES)


class ProposalQuery(Page):
    """Which proposals are wanted."""

    state = Code(PROPOSAL_STATES)


class OrderQuery(Page):
    """Which orders are wanted."""

    state = Code(STATES)


class ContactQuery(Schema):
    """Whose notes are wanted."""

    case = Id(required=True)


class StatisticsSchema(Schema):
    """Figures of a period, each counted from rows that are written once."""

    period = fields.Dict(required=True, metadata={"description": "as asked"})
    told = fields.Dict(required=True, metadata={"description": "first and last day of the halves of months that lie wholly in it"})
    admissions = fields.Dict(required=True)
    cases = fields.Dict(required=True)
    persons_in_cases = StrictInt(required=True, metadata={"description": "known different persons"})
    contacts = fields.Dict(required=True)
    referrals = fields.Dict(required=True)
    orders = fields.Dict(required=True)
    partners = fields.Dict(required=True, metadata={"description": "months told by other organisations, by their id"})
    counting_rules = fields.Dict(required=True, metadata={"description": "how each figure is counted, in German and English"})
