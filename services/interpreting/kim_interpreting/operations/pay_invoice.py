"""Order the payment of a confirmed invoice (Anordnung)."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import CONFIRMATION, PAYMENT, Entered, names_of
from kim_interpreting.model.invoice import CONFIRMED, PAID, Invoice, locked_invoice
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.ledger import MovementKind
from kim_interpreting.rules.permissions import check_second_step


@dataclass(frozen=True, slots=True)
class PayInvoice:
    invoice_id: str


class PayInvoiceSchema(CommandSchema):
    command = PayInvoice

    invoice_id = Id(required=True)


def pay_invoice(session: Session, act: Act, command: PayInvoice) -> Invoice:
    """The second of the four eyes: raises Forbidden to who confirmed the invoice."""
    invoice = locked_invoice(session, command.invoice_id)
    if invoice.state == PAID:
        return invoice
    if invoice.state != CONFIRMED:
        raise Refused("not_confirmed", "Erst muss jemand bestätigen, dass die Rechnung sachlich und rechnerisch richtig ist.")
    check_second_step(act.actor, "invoice.pay", names_of(session, CONFIRMATION, invoice))
    order = invoice.order
    assert order.pot_id is not None
    (pot,) = locked_pots(session, order.pot_id)
    book_movement(session, act, pot, MovementKind.PAYMENT, invoice.gross, order=order, invoice=invoice)
    invoice.state, invoice.paid_by, invoice.paid_by_name, invoice.paid_on = PAID, act.actor.id, act.actor.name, act.today
    session.add(Entered.in_act(act, PAYMENT, invoice.id))
    move_order(session, act, order, "paid", "paid", number=invoice.number, gross=invoice.gross)
    return invoice
