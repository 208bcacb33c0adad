"""What the JSON door answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kim_events.fields import Code, Day, Fte, Id, Money, StrictInt, Text
from kim_web.json_door import list_of
from marshmallow import INCLUDE, Schema, fields, post_dump

from kim_staffing.model.contract import STATE_WORDS
from kim_staffing.model.employer import COUNCILS
from kim_staffing.model.post import ROLE_WORDS, STATUS_WORDS
from kim_staffing.operations.occupy_post import ABSENT, ACTIVE
from kim_staffing.rules.coverage import LEVELS
from kim_staffing.rules.extension_gate import LAMPS, LampState
from kim_staffing.rules.fixed_term import GROUNDS
from kim_staffing.rules.vacancy_money import VacancyRule


class PostSchema(Schema):
    """A post and what holds of it today."""

    id = Id(required=True)
    number = fields.String(required=True)
    baustein = StrictInt(required=True)
    role = Code(ROLE_WORDS, required=True)
    fte = Fte(required=True)
    municipality = fields.String(required=True, metadata={"description": "AGS, or empty"})
    workplace = fields.String(required=True)
    transferred_from = fields.String(required=True)
    status = Code(STATUS_WORDS, required=True, attribute="latest.status")
    employer = fields.String(required=True, allow_none=True, attribute="latest.employer_id")
    starts_on = Day(required=True, allow_none=True, attribute="latest.starts_on")
    ends_on = Day(required=True, allow_none=True, attribute="latest.ends_on")


PostListSchema = list_of(PostSchema)


class LampSchema(Schema):
    """One of the six lamps of the gate, with its sentence."""

    name = Code(LAMPS, required=True)
    state = Code([state.value for state in LampState], required=True)
    code = fields.String(required=True, attribute="finding.code")
    text = fields.Function(lambda lamp: str(lamp.finding), metadata={"type": "string"})


class HearingContractSchema(Schema):
    """A contract whose extension a hearing is about."""

    contract = Id(required=True, attribute="contract_id")


class ContractSchema(Schema):
    """A fixed term. The person is named by the staff reference alone."""

    id = Id(required=True)
    staff = Id(required=True, attribute="person.staff")
    employer = Id(required=True, attribute="employer_id")
    previous = fields.String(required=True, allow_none=True, attribute="previous_id")
    state = Code(STATE_WORDS, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    share = Fte(required=True)
    ground = Code(GROUNDS, required=True)
    employer_signed_on = Day(required=True, allow_none=True)
    employee_signed_on = Day(required=True, allow_none=True)
    original_received_on = Day(required=True, allow_none=True)
    completed_on = Day(required=True, allow_none=True)
    frozen = fields.Boolean(required=True)


ContractListSchema = list_of(ContractSchema)


class OccupancySchema(Schema):
    """A share of a post held for a time. Own staff by the staff reference alone, a carrier's by its own reference."""

    id = Id(required=True)
    post = Id(required=True, attribute="post_id")
    staff = fields.Function(lambda held: held.person.staff if held.person else None, metadata={"type": ["string", "null"]})
    holder = fields.String(required=True)
    share = Fte(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True, allow_none=True)
    presence = Code((ACTIVE, ABSENT), required=True, metadata={"description": "who is absent keeps the claim to return"})


OccupancyListSchema = list_of(OccupancySchema)


class OccupancyQuery(Schema):
    """Of which post the occupancies are wanted."""

    post = Id(required=True)


class HearingSchema(Schema):
    """What the body that has a say was asked, for which contracts, and what it answered."""

    id = Id(required=True)
    employer = Id(required=True, attribute="employer_id")
    body = Code(COUNCILS, required=True)
    contracts = fields.Pluck(HearingContractSchema, "contract", many=True, required=True)
    sent_on = Day(required=True)
    ground_told = Code(GROUNDS, required=True)
    money_told = Code(("", *LEVELS), required=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "agreed or refused"})
    answered_on = Day(required=True, allow_none=True)
    reason = Text(required=True)


HearingListSchema = list_of(HearingSchema)


class NameSchema(Schema):
    """A name an employer bears from a day on."""

    valid_from = Day(required=True)
    text = Text(required=True)


class ClosingDaysSchema(Schema):
    """Days on which a house is closed, both included."""

    first = Day(required=True)
    last = Day(required=True)


class EmployerSchema(Schema):
    """Who employs in law."""

    id = Id(required=True)
    names = fields.List(fields.Nested(NameSchema), required=True)
    own = fields.Boolean(required=True, metadata={"description": "its contracts are kept here"})
    council = Code(COUNCILS, required=True)
    share_step = Fte(required=True)
    offices = fields.List(Id(), required=True, metadata={"description": "bodies that are this employer in law"})
    closed = fields.List(fields.Nested(ClosingDaysSchema), required=True)


EmployerListSchema = list_of(EmployerSchema)


class EndingSchema(Schema):
    """A contract that ends, with its gate."""

    contract = fields.Nested(ContractSchema, required=True)
    extension = fields.Nested(ContractSchema, required=True, allow_none=True, attribute="following")
    last_working_day = Day(required=True)
    lamps = fields.List(fields.Nested(LampSchema), required=True)
    awaited = fields.Boolean(required=True, metadata={"description": "an extension is still to be made"})


EndingListSchema = list_of(EndingSchema)


class AssuranceSchema(Schema):
    """A funding assurance as its document says it."""

    id = Id(required=True)
    level = Code(LEVELS, required=True)
    document = Text(required=True)
    dated = Day(required=True)
    employer = Id(required=True, attribute="employer_id")
    period_from = Day(required=True, allow_none=True)
    period_to = Day(required=True, allow_none=True)
    covers_fte = Fte(required=True, allow_none=True)
    baustein = StrictInt(required=True, allow_none=True)
    decided_by = fields.String(required=True)


AssuranceListSchema = list_of(AssuranceSchema)


class CoverSchema(Schema):
    """Whether and why a contract can be extended, as far as money goes."""

    contract = fields.String(required=True, attribute="contract.id")
    share = Fte(required=True, attribute="contract.share")
    ends_on = Day(required=True, attribute="contract.ends_on")
    code = fields.String(required=True, attribute="cover.finding.code")
    text = fields.Function(lambda ending: str(ending.cover.finding), metadata={"type": "string"})


class AssuranceRecordedSchema(Schema):
    """The assurance, the contracts it lets be extended, and the others with the reason."""

    assurance = fields.Nested(AssuranceSchema, required=True)
    extendable = fields.List(fields.Nested(CoverSchema), required=True)
    not_yet = fields.List(fields.Nested(CoverSchema), required=True)


class GrantLineSchema(Schema):
    """The share of a post that a grant pays, and what the post's empty times give back of it until today."""

    post = Id(required=True, attribute="post.id")
    share = Fte(required=True, attribute="line.share")
    given_back = Money(required=True, attribute="amount", metadata={"description": "euro"})


class GrantSchema(Schema):
    """A grant by its notice, and what its empty posts give back until today."""

    id = Id(required=True, attribute="grant.id")
    name = fields.String(required=True, attribute="grant.name")
    baustein = StrictInt(required=True, attribute="grant.baustein")
    notice_dated = Day(required=True, allow_none=True, attribute="grant.notice_dated")
    period_from = Day(required=True, attribute="grant.period_from")
    period_to = Day(required=True, attribute="grant.period_to")
    fte = Fte(required=True, attribute="grant.fte")
    rate = Money(required=True, attribute="grant.rate", metadata={"description": "euro per full-time post and year"})
    total = fields.Function(lambda use: f"{use.grant.total:.2f}", metadata={"type": "string", "description": "euro"})
    vacancy_rule = Code([rule.value for rule in VacancyRule], required=True, attribute="grant.vacancy_rule")
    rule_source = fields.String(required=True, attribute="grant.rule_source")
    posts = fields.List(fields.Nested(GrantLineSchema), required=True, attribute="lines")
    given_back = fields.Function(lambda use: f"{use.given_back:.2f}", metadata={"type": "string", "description": "euro"})


GrantListSchema = list_of(GrantSchema)


class StatisticsSchema(Schema):
    """Figures as of the end of `to`. Beside these keys stands one for each own employer, by its id: figures by role. FTE are text."""

    class Meta:
        unknown = INCLUDE  # so that the description allows the employers' ids

    period = fields.Dict(required=True)
    partners = fields.Dict(required=True, metadata={"description": "posts of partner employers, by employer"})
    planned = fields.List(fields.String(), required=True)
    undecided = fields.List(fields.String(), required=True)
    contracts_ending = fields.Dict(required=True, metadata={"description": "own contracts by their end"})
    extensions = fields.Dict(required=True)
    vacancies = fields.List(fields.Dict(), required=True)
    grants = fields.List(fields.Dict(), required=True)
    totals = fields.Dict(required=True)
    partner_reports = fields.Dict(required=True, metadata={"description": "months told by other organisations, by their id"})
    counting_rules = fields.Dict(required=True, metadata={"description": "how each figure is counted, in German and English"})

    @post_dump(pass_original=True)
    def own_employers(self, data: dict[str, Any], original: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {**original, **data}
