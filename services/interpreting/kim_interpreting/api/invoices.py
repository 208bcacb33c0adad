"""Invoices, from the post to the payment."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_interpreting.api.schemas import InvoiceListSchema, InvoiceQuery, InvoiceSchema
from kim_interpreting.model.invoice import Invoice, invoice, invoices_after
from kim_interpreting.operations.confirm_excess import ConfirmExcessSchema, confirm_excess
from kim_interpreting.operations.confirm_invoice import ConfirmInvoiceSchema, confirm_invoice
from kim_interpreting.operations.pay_invoice import PayInvoiceSchema, pay_invoice
from kim_interpreting.operations.record_invoice import RecordInvoice, RecordInvoiceSchema, record_invoice
from kim_interpreting.operations.redo_first_step import ConfirmAnewSchema, RecordAnewSchema, redo_first_step
from kim_interpreting.operations.return_invoice import ReturnInvoiceSchema, return_invoice

api = JsonDoor("invoices", __name__, description="Invoices of interpreters and translators.")


@api.route("/")
class Invoices(MethodView):
    @api.guard("invoice.see")
    @api.arguments(InvoiceQuery, location="query")
    @api.response(200, InvoiceListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Invoices in the order recorded, of one state if named."""
        with see() as (session, _act):
            items, following = invoices_after(session, state=query.get("state"), after=query.get("cursor"), limit=query["limit"])
            session.expunge_all()
            return {"items": items, "next": following}

    @api.guard("invoice.record")
    @api.arguments(RecordInvoiceSchema)
    @api.response(201, InvoiceSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: RecordInvoice) -> Any:
        """Record an invoice: it takes the place of its order's reservation, or waits for a second person where it is higher."""
        with act_on() as (session, act):
            recorded = record_invoice(session, act, command)
        return recorded, 201, {"Location": url_for("api_invoices.One", id=recorded.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("invoice.see")
    @api.response(200, InvoiceSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> Invoice:
        """One invoice."""
        with see() as (session, _act):
            found = invoice(session, id)
            session.expunge_all()
            return found


_act = partial(api.acts, answer=InvoiceSchema)  # its command names the invoice
RecordedAnew = _act("/recorded-anew", "invoice.record", RecordAnewSchema, redo_first_step)
ConfirmedAnew = _act("/confirmed-anew", "invoice.confirm", ConfirmAnewSchema, redo_first_step)
Excesses = _act("/excesses", "invoice.accept_excess", ConfirmExcessSchema, confirm_excess)
Confirmations = _act("/confirmations", "invoice.confirm", ConfirmInvoiceSchema, confirm_invoice)
Payments = _act("/payments", "invoice.pay", PayInvoiceSchema, pay_invoice)
Returns = _act("/returns", "invoice.confirm", ReturnInvoiceSchema, return_invoice)
