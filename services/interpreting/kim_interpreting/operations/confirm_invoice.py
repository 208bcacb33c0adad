"""Confirm that an invoice is right in substance and in figures (sachlich und rechnerisch richtig)."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import CONFIRMATION, Entered
from kim_interpreting.model.invoice import CONFIRMED, EXCESS, RECORDED, Invoice, locked_invoice
from kim_interpreting.operations.move_order import move_order


@dataclass(frozen=True, slots=True)
class ConfirmInvoice:
    """`reason` is needed where the check found something."""

    invoice_id: str
    reason: str = ""


class ConfirmInvoiceSchema(CommandSchema):
    command = ConfirmInvoice

    invoice_id = Id(required=True)
    reason = Text(load_default="", longest=500, metadata={"label": "Begründung", "hint": "Nötig, wenn die Prüfung etwas gefunden hat"})


def confirm_invoice(session: Session, act: Act, command: ConfirmInvoice) -> Invoice:
    """The first of the four eyes on a payment; the order to pay is another person's."""
    invoice = locked_invoice(session, command.invoice_id)
    if invoice.state == EXCESS:
        raise Refused("excess_open", "Erst muss eine zweite Person den Mehrbetrag bestätigen.")
    if invoice.state != RECORDED:
        return invoice
    if invoice.finding_codes and not command.reason.strip():
        raise Refused("reason_missing", "Die Prüfung hat etwas gefunden: bitte begründen, oder die Rechnung zurückgeben.", field="reason")
    invoice.state, invoice.confirmed_by, invoice.confirmed_by_name = CONFIRMED, act.actor.id, act.actor.name
    invoice.confirmed_reason = command.reason
    session.add(Entered.in_act(act, CONFIRMATION, invoice.id))
    move_order(session, act, invoice.order, "invoiced", "invoice_confirmed", number=invoice.number)
    return invoice
