"""What the JSON door answers, and what it is asked by."""

from __future__ import annotations

from kim_events.fields import Code, Day, Id, Moment, Money, StrictInt, Text
from kim_events.types.order import JOB_KINDS, OCCASIONS, ORDER_STATES, REQUESTER_KINDS
from kim_web.json_door import Page, list_of
from marshmallow import Schema, fields

from kim_interpreting.model.invoice import INVOICE_STATE_NAMES
from kim_interpreting.rules.interpreters import QUALIFICATIONS
from kim_interpreting.rules.ledger import MovementKind
from kim_interpreting.rules.pot_rules import Verdict
from kim_interpreting.rules.tariff import TARIFFS


class OrderSchema(Schema):
    """An order as it stands. No client in it."""

    id = Id(required=True)
    number = Text(required=True)
    state = Code(ORDER_STATES, required=True)
    requester_number = Text(required=True)
    requester_kind = Code(REQUESTER_KINDS, required=True)
    requester_town = fields.String(required=True, metadata={"description": "AGS, eight digits"})
    desk = Text(required=True)
    case_number = fields.String(required=True, allow_none=True)
    job_kind = Code(JOB_KINDS, required=True)
    occasion = Code(OCCASIONS, required=True)
    language = fields.String(required=True, metadata={"description": "ISO 639-3"})
    service_date = Day(required=True)
    starts_at = Moment(required=True, allow_none=True)
    minutes = StrictInt(required=True, allow_none=True)
    keystrokes = StrictInt(required=True, allow_none=True)
    decides_something = fields.Boolean(required=True)
    requested_at = Moment(required=True)
    pot = fields.String(required=True, allow_none=True, attribute="pot_id")
    fitting_pot = fields.String(required=True, allow_none=True, attribute="fitting_pot_id")
    reason = fields.String(required=True, allow_none=True, metadata={"description": "code of what stands against it"})
    expected = Money(required=True, allow_none=True, metadata={"description": "euro, gross, by the pot's tariff"})
    committed = Money(required=True, metadata={"description": "euro reserved for it now"})
    actual = Money(required=True, allow_none=True, metadata={"description": "euro, gross, once invoiced"})
    provider = fields.String(required=True, allow_none=True, attribute="provider_id")
    done_on = Day(required=True, allow_none=True)


OrderListSchema = list_of(OrderSchema)


class OrderQuery(Page):
    """Which orders are wanted."""

    state = Code(ORDER_STATES, metadata={"description": "in one state only"})


class LineSchema(Schema):
    """What one pot says to an order now."""

    pot = Id(required=True)
    verdict = Code([verdict.value for verdict in Verdict], required=True)
    code = fields.String(required=True, metadata={"description": "why"})
    rules_version = fields.String(required=True)
    expected = Money(required=True, allow_none=True, attribute="cost.gross")
    before = Money(required=True, negative=True, metadata={"description": "euro free in the pot now"})
    after = Money(required=True, allow_none=True, metadata={"description": "euro free when the order is approved"})


class CheckSchema(Schema):
    """What every pot says to an order, and which fits."""

    items = fields.List(fields.Nested(LineSchema), required=True)
    fitting = fields.String(required=True, allow_none=True, metadata={"description": "id of the pot that fits"})


class PotSchema(Schema):
    """A pot as it stands: granted + reassigned − returned = paid + invoiced + committed + free."""

    id = Id(required=True)
    name = Text(required=True)
    period_from = Day(required=True)
    period_to = Day(required=True)
    tariff = Code(TARIFFS, required=True)
    granted = Money(required=True)
    reassigned = Money(required=True, negative=True)
    returned = Money(required=True)
    committed = Money(required=True)
    invoiced = Money(required=True)
    paid = Money(required=True)
    free = Money(required=True)


PotListSchema = list_of(PotSchema)


class MovementSchema(Schema):
    """One line of a pot's ledger: what it adds to each sum."""

    serial = StrictInt(required=True)
    at = Moment(required=True)
    kind = Code([kind.value for kind in MovementKind], required=True)
    order = fields.String(required=True, allow_none=True, attribute="order_id")
    document = Text(required=True)
    granted = Money(required=True, negative=True)
    reassigned = Money(required=True, negative=True)
    returned = Money(required=True, negative=True)
    committed = Money(required=True, negative=True)
    invoiced = Money(required=True, negative=True)
    paid = Money(required=True, negative=True)


MovementListSchema = list_of(MovementSchema)


class ReassignmentSchema(Schema):
    """Money moved between pots, once the second person has confirmed it."""

    id = Id(required=True)
    from_pot = Id(required=True, attribute="from_pot_id")
    to_pot = Id(required=True, attribute="to_pot_id")
    amount = Money(required=True)
    document = Text(required=True)
    proposed_at = Moment(required=True)
    confirmed_at = Moment(required=True, allow_none=True)
    withdrawn_at = Moment(required=True, allow_none=True)


class InvoiceSchema(Schema):
    """An invoice and how far it is checked."""

    id = Id(required=True)
    order = Id(required=True, attribute="order_id")
    provider = Id(required=True, attribute="provider_id")
    number = Text(required=True)
    dated = Day(required=True)
    received_on = Day(required=True)
    gross = Money(required=True)
    by_tariff = Money(required=True)
    reserved = Money(required=True)
    state = Code(tuple(INVOICE_STATE_NAMES), required=True)
    findings = fields.List(fields.String(), required=True, attribute="finding_codes")
    paid_on = Day(required=True, allow_none=True)


InvoiceListSchema = list_of(InvoiceSchema)


class InvoiceQuery(Page):
    """Which invoices are wanted."""

    state = Code(tuple(INVOICE_STATE_NAMES), metadata={"description": "in one state only"})


class ProviderSchema(Schema):
    """An interpreter or translator."""

    id = Id(required=True)
    name = Text(required=True)
    qualification = Code(QUALIFICATIONS, required=True)
    languages = fields.List(fields.String(), required=True, attribute="language_codes")
    small_business = fields.Boolean(required=True)
    available = fields.Boolean(required=True, metadata={"description": "whether orders are still given to them"})


ProviderListSchema = list_of(ProviderSchema)


class StatisticsSchema(Schema):
    """Figures of a period, each counted from rows. Money is euro as text."""

    period = fields.Dict(required=True)
    pots = fields.Dict(required=True, metadata={"description": "by id of the pot, as of the end of the period"})
    orders = fields.Dict(required=True)
    unmet = fields.List(
        fields.Dict(), required=True, metadata={"description": "refused and unfilled, with reason, language, occasion, town"}
    )
    partners = fields.Dict(required=True, metadata={"description": "months told by other organisations, by their id"})
    counting_rules = fields.Dict(required=True, metadata={"description": "how each figure is counted, in German and English"})
