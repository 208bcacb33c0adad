"""Give an invoice back to its supplier: the reservation takes its place again."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import INVOICE_RETURN, Entered
from kim_interpreting.model.invoice import EXCESS, RECORDED, RETURNED, Invoice, locked_invoice
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.ledger import MovementKind


@dataclass(frozen=True, slots=True)
class ReturnInvoice:
    invoice_id: str
    reason: str


class ReturnInvoiceSchema(CommandSchema):
    command = ReturnInvoice

    invoice_id = Id(required=True)
    reason = Text(required=True, shortest=3, longest=500, metadata={"label": "Warum zurück?"})


def return_invoice(session: Session, act: Act, command: ReturnInvoice) -> Invoice:
    """Only before it is confirmed. Raises Refused when the pot no longer has the reservation's difference."""
    invoice = locked_invoice(session, command.invoice_id)
    if invoice.state == RETURNED:
        return invoice
    if invoice.state not in {EXCESS, RECORDED}:
        raise Refused("already_confirmed", "Die Rechnung ist schon bestätigt und geht nicht mehr zurück.")
    order = invoice.order
    if invoice.state == RECORDED:
        assert order.pot_id is not None
        (pot,) = locked_pots(session, order.pot_id)
        book_movement(
            session, act, pot, MovementKind.INVOICE_RETURNED, invoice.gross, replaced=invoice.reserved, order=order, invoice=invoice
        )
        order.committed, order.actual = invoice.reserved, None
    invoice.state, invoice.returned_reason = RETURNED, command.reason
    session.add(Entered.in_act(act, INVOICE_RETURN, invoice.id))
    state = "performed" if order.done_on is not None else "cancelled"
    move_order(session, act, order, state, "invoice_returned", number=invoice.number, note=command.reason)
    return invoice
