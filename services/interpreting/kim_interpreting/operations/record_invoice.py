"""An invoice has come: it is checked against the tariff and takes the place of the reservation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kim_events.fields import Day, Id, Money, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_interpreting.model.check import cost_of
from kim_interpreting.model.entered import RECORDING, Entered
from kim_interpreting.model.invoice import EXCESS, RECORDED, Invoice, invoice_numbered, invoice_of
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.model.provider import Provider
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.invoices import findings
from kim_interpreting.rules.ledger import NOTHING, MovementKind
from kim_interpreting.rules.order_states import check_start


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordInvoice:
    """`gross` in euro; `received_on` defaults to today."""

    order_id: str
    number: str
    dated: date
    gross: Decimal
    received_on: date | None = None
    id: str = field(default_factory=new_id)


class RecordInvoiceSchema(CommandSchema):
    command = RecordInvoice

    id = Id(load_default=new_id)
    order_id = Id(required=True)
    number = Text(required=True, shortest=1, longest=60, metadata={"label": "Rechnungsnummer", "autocomplete": "off"})
    dated = Day(required=True, metadata={"label": "Rechnungsdatum", "lies": "behind"})
    gross = Money(required=True, metadata={"label": "Betrag in Euro, brutto"})
    received_on = Day(
        allow_none=True, load_default=None, metadata={"label": "Eingegangen am", "hint": "Leer heißt: heute", "lies": "behind"}
    )


def record_invoice(session: Session, act: Act, command: RecordInvoice) -> Invoice:
    """Book the invoice in place of its reservation. Above the reservation it is kept, but waits for a second person and a reason.

    Raises Refused when this supplier's invoice of that number is already here, and names the first. The same id a second time changes
    nothing.
    """
    order = locked_order(session, command.order_id)
    known = session.get(Invoice, command.id)
    if known is not None:
        return known
    if order.provider is None or order.pot is None:
        raise Refused("nobody_engaged", "Mit diesem Auftrag ist noch niemand betraut.", field="order_id")
    received_on = command.received_on or act.today
    first = invoice_numbered(session, order.provider.id, command.number)
    refuse(_reasons_against(command, order, order.provider, first, act.today))
    check_start("invoice", order.state)
    if invoice_of(session, order.id) is not None:
        raise Refused("invoice_open", "Zu diesem Auftrag liegt schon eine Rechnung vor.", field="order_id")
    by_tariff = owed_by_tariff(order)
    invoice = Invoice(
        id=command.id,
        order_id=order.id,
        provider_id=order.provider.id,
        number=command.number,
        dated=command.dated,
        received_on=received_on,
        gross=command.gross,
        by_tariff=by_tariff,
        reserved=order.committed,
        findings=" ".join(findings(command.gross, by_tariff, order.done_on or order.service_date, received_on)),
        state=EXCESS if command.gross > order.committed else RECORDED,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        order=order,
        provider=order.provider,
    )
    session.add_all((invoice, Entered.in_act(act, RECORDING, invoice.id)))
    session.flush()
    if invoice.state == EXCESS:
        move_order(
            session,
            act,
            order,
            order.state,
            "invoice_above",
            number=invoice.number,
            gross=invoice.gross,
            above=invoice.gross - order.committed,
        )
        return invoice
    book_invoice(session, act, invoice)
    return invoice


def _reasons_against(command: RecordInvoice, order: Order, provider: Provider, first: Invoice | None, today: date) -> Iterator[Refused]:
    if first is not None:
        yield Refused(
            "invoice_number_known",
            "Rechnung {number} von {provider} liegt schon vor: Auftrag {order}, eingegangen am {day}, {gross} €.",
            field="number", number=first.number, provider=provider.name, order=first.order.number,
            day=first.received_on, gross=first.gross,
        )  # fmt: skip
    if order.state == "cancelled" and order.committed == 0:
        yield Refused("nothing_due", "Aus diesem Auftrag ist nichts zu zahlen.", field="gross")
    elif command.gross <= 0:
        yield Refused("no_amount", "Der Betrag muss über null liegen.", field="gross")
    if command.received_on is not None and command.received_on > today:
        yield Refused("in_the_future", "Dieser Tag ist noch nicht gewesen.", field="received_on")


def book_invoice(session: Session, act: Act, invoice: Invoice) -> None:
    """Put the invoice in the place of its reservation, under the pot's row lock; raises Refused when it does not fit."""
    order = invoice.order
    assert order.pot_id is not None
    (pot,) = locked_pots(session, order.pot_id)
    book_movement(session, act, pot, MovementKind.INVOICE, invoice.gross, replaced=order.committed, order=order, invoice=invoice)
    invoice.reserved, invoice.state = order.committed, RECORDED
    order.committed, order.actual = NOTHING, invoice.gross
    move_order(session, act, order, "invoiced", "invoiced", number=invoice.number, gross=invoice.gross)


def owed_by_tariff(order: Order) -> Decimal:
    """What the tariff gives for the work done, gross; for a cancelled order the fee that was kept."""
    if order.done_on is None or order.pot is None:
        return order.committed
    cost = cost_of(order, order.pot, done=True)
    return cost.gross if cost else NOTHING
