"""Rechnungen: to confirm (first person), to order (second person), and those done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, pressed, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_interpreting.model.check import cost_of
from kim_interpreting.model.entered import CONFIRMATION, RECORDING, names_of
from kim_interpreting.model.invoice import CONFIRMED, EXCESS, INVOICE_STATE_NAMES, PAID, RECORDED, RETURNED, Invoice, all_invoices
from kim_interpreting.model.invoice import invoice as invoice_by_id
from kim_interpreting.operations.confirm_excess import ConfirmExcessSchema, confirm_excess
from kim_interpreting.operations.confirm_invoice import ConfirmInvoiceSchema, confirm_invoice
from kim_interpreting.operations.pay_invoice import PayInvoice, pay_invoice
from kim_interpreting.operations.redo_first_step import RedoFirstStep, redo_first_step
from kim_interpreting.operations.return_invoice import ReturnInvoiceSchema, return_invoice
from kim_interpreting.pages import words

pages = Pages("invoices", __name__, url_prefix="/rechnungen")


@pages.get("/")
@pages.guard("invoice.see")
def listed() -> str:
    with see() as (session, _act):
        by_state: dict[str, list[Invoice]] = {state: [] for state in (EXCESS, RECORDED, CONFIRMED, PAID, RETURNED)}
        for invoice in all_invoices(session):
            by_state[invoice.state].append(invoice)
        return render("interpreting/invoices.html", by_state=by_state, words=words)


@pages.get("/<id>")
@pages.guard("invoice.see")
def show(id: str) -> str:
    with see() as (session, act):
        return _page(session, act, id)


@pages.post("/<id>/mehrbetrag")
@pages.guard("invoice.accept_excess")
def excess(id: str) -> Response | tuple[str, int]:
    return _send(id, "excess", ConfirmExcessSchema, confirm_excess, _("Mehrbetrag bestätigt; die Rechnung ist gebucht."))


@pages.post("/<id>/bestaetigen")
@pages.guard("invoice.confirm")
def confirm(id: str) -> Response | tuple[str, int]:
    return _send(id, "confirm", ConfirmInvoiceSchema, confirm_invoice, _("Bestätigt: sachlich und rechnerisch richtig."))


@pages.post("/<id>/erfassung-neu")
@pages.guard("invoice.record")
def record_anew(id: str) -> Response:
    return _anew(id, RECORDING, _("Auf Ihren Namen erfasst. Den Mehrbetrag kann jede andere Person bestätigen."))


@pages.post("/<id>/bestaetigung-neu")
@pages.guard("invoice.confirm")
def confirm_anew(id: str) -> Response:
    return _anew(id, CONFIRMATION, _("Von Ihnen bestätigt. Die Zahlung kann jede andere Person anordnen."))


@pages.post("/<id>/zurueck")
@pages.guard("invoice.confirm")
def give_back(id: str) -> Response | tuple[str, int]:
    return _send(id, "back", ReturnInvoiceSchema, return_invoice, _("Zurückgegeben; die Reservierung steht wieder."))


@pages.post("/<id>/zahlen")
@pages.guard("invoice.pay")
def pay(id: str) -> Response:
    if against := pressed(pay_invoice, PayInvoice(id)):
        return redirect_to("invoices.show", id=id, said=against, tone="danger")
    return redirect_to("invoices.listed", said=_("Zahlung angeordnet."))


def _anew(id: str, kind: str, said: str) -> Response:
    against = pressed(redo_first_step, RedoFirstStep(kind, id))
    return redirect_to("invoices.show", id=id, said=against or said, tone="danger" if against else "success")


def _send(id: str, name: str, schema: type[CommandSchema], operation: Callable[..., Any], said: str) -> Response | tuple[str, int]:
    form = submitted(schema, extra={"invoice_id": id}, form_id=name)
    if carried_out(form, operation):
        return redirect_to("invoices.show", id=id, said=said)
    with see() as (session, act):
        return _page(session, act, id, {name: form}), 422


def _page(session: Session, act: Act, id: str, sent: dict[str, Form] | None = None) -> str:
    invoice = invoice_by_id(session, id)
    order = invoice.order
    forms = {
        "excess": blank(ConfirmExcessSchema, form_id="excess"),
        "confirm": blank(ConfirmInvoiceSchema, form_id="confirm"),
        "back": blank(ReturnInvoiceSchema, form_id="back"),
    }
    return render(
        "interpreting/invoice.html",
        invoice=invoice,
        order=order,
        first=names_of(session, CONFIRMATION if invoice.state == CONFIRMED else RECORDING, invoice),
        me=act.actor.id,
        cost=cost_of(order, order.pot, done=True) if order.pot and order.done_on else None,
        forms=forms | (sent or {}),
        failed=next(iter(sent), "") if sent else "",
        states=INVOICE_STATE_NAMES,
        words=words,
    )
