"""A second person confirms an invoice above its reservation, with a reason; it must fit into the pot."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import ACCEPTANCE, RECORDING, Entered, names_of
from kim_interpreting.model.invoice import EXCESS, Invoice, locked_invoice
from kim_interpreting.operations.record_invoice import book_invoice
from kim_interpreting.rules.permissions import check_second_step


@dataclass(frozen=True, slots=True)
class ConfirmExcess:
    invoice_id: str
    reason: str


class ConfirmExcessSchema(CommandSchema):
    command = ConfirmExcess

    invoice_id = Id(required=True)
    reason = Text(required=True, shortest=3, longest=500, metadata={"label": "Grund für den Mehrbetrag"})


def confirm_excess(session: Session, act: Act, command: ConfirmExcess) -> Invoice:
    """Raises Forbidden to who recorded it, Refused when the pot has not the difference."""
    invoice = locked_invoice(session, command.invoice_id)
    if invoice.state != EXCESS:
        return invoice
    check_second_step(act.actor, "invoice.accept_excess", names_of(session, RECORDING, invoice))
    if not command.reason.strip():
        raise Refused("reason_missing", "Warum ist die Rechnung höher als reserviert?", field="reason")
    invoice.excess_reason, invoice.excess_confirmed_by = command.reason, act.actor.id
    session.add(Entered.in_act(act, ACCEPTANCE, invoice.id))
    book_invoice(session, act, invoice)
    return invoice
