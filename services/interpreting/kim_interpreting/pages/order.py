"""Auftrag: the request as it came in, what each pot says, what it costs, and everything that can be done with it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import request
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, pressed, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_interpreting.model.check import cost_of, pot_lines
from kim_interpreting.model.desk import step_of
from kim_interpreting.model.entered import ORDER, names_of
from kim_interpreting.model.invoice import INVOICE_STATE_NAMES, invoice_of
from kim_interpreting.model.order import Order
from kim_interpreting.model.order import order as order_by_id
from kim_interpreting.model.provider import Provider, all_providers
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.cancel_order import CancelOrderSchema, cancel_order, fee_if_cancelled
from kim_interpreting.operations.check_order import CheckOrderSchema, check_order
from kim_interpreting.operations.mark_unfilled import MarkUnfilledSchema, mark_unfilled
from kim_interpreting.operations.perform_order import PerformOrderSchema, perform_order
from kim_interpreting.operations.record_invoice import RecordInvoiceSchema, owed_by_tariff, record_invoice
from kim_interpreting.operations.redo_first_step import RedoFirstStep, redo_first_step
from kim_interpreting.operations.refuse_order import RefuseOrderSchema, refuse_order
from kim_interpreting.operations.schedule_order import ScheduleOrderSchema, schedule_order
from kim_interpreting.operations.wait_for_money import WaitForMoney, wait_for_money
from kim_interpreting.pages import words
from kim_interpreting.rules.interpreters import PROFESSIONAL
from kim_interpreting.rules.next_steps import STEPS, WHOSE
from kim_interpreting.rules.order_states import STARTS, STATE_NAMES
from kim_interpreting.rules.pot_rules import TRANSLATIONS, Line, suggestion
from kim_interpreting.rules.tariff import Cost

pages = Pages("order", __name__, url_prefix="/auftraege")


@pages.get("/<id>")
@pages.guard("orders.see")
def show(id: str) -> str:
    with see() as (session, act):
        return _page(session, act, id)


@pages.get("/<id>/auftragszettel")
@pages.guard("orders.see")
def sheet(id: str) -> str:
    """What the interpreter gets: language, place, time, occasion, contact. No case, no pot."""
    with see() as (session, _act):
        order = order_by_id(session, id)
        return render("interpreting/sheet.html", order=order, is_text=order.job_kind in TRANSLATIONS, words=words)


@pages.post("/<id>/freigeben")
@pages.guard("order.approve")
def approve(id: str) -> Response:
    return _press(id, approve_order, ApproveOrder(id, request.form.get("pot_id") or None), _("Freigegeben, das Geld ist gebunden."))


@pages.post("/<id>/neu-uebernehmen")
@pages.guard("order.enter")
def enter_anew(id: str) -> Response:
    return _press(id, redo_first_step, RedoFirstStep(ORDER, id), _("Auf Ihren Namen erfasst. Freigeben kann jede andere Person."))


@pages.post("/<id>/warten")
@pages.guard("order.work")
def wait(id: str) -> Response:
    return _press(id, wait_for_money, WaitForMoney(id), _("Der Auftrag wartet auf Geld. Gebunden ist nichts."))


@pages.post("/<id>/pruefen")
@pages.guard("order.work")
def check(id: str) -> Response | tuple[str, int]:
    return _send(id, "check", CheckOrderSchema, check_order, _("Neu geprüft."))


@pages.post("/<id>/ablehnen")
@pages.guard("order.work")
def refuse(id: str) -> Response | tuple[str, int]:
    return _send(id, "refuse", RefuseOrderSchema, refuse_order, _("Abgelehnt; die Besteller_in erfährt den Grund."))


@pages.post("/<id>/vergeben")
@pages.guard("order.work")
def schedule(id: str) -> Response | tuple[str, int]:
    with see() as (session, _act):
        order = order_by_id(session, id)
        day, said = order.service_date, _("Vergeben.")
        if order.provider and order.provider_id != request.form.get("provider_id"):
            said = _("Jetzt an jemand anderen vergeben. Bitte {name} absagen.").format(name=order.provider.name)
    return _send(id, "schedule", ScheduleOrderSchema, schedule_order, said, times={"starts_at": day})


@pages.post("/<id>/erledigt")
@pages.guard("order.work")
def perform(id: str) -> Response | tuple[str, int]:
    return _send(id, "perform", PerformOrderSchema, perform_order, _("Als erledigt eingetragen."))


@pages.post("/<id>/absagen")
@pages.guard("order.work")
def cancel(id: str) -> Response | tuple[str, int]:
    return _send(id, "cancel", CancelOrderSchema, cancel_order, _("Abgesagt."))


@pages.post("/<id>/niemand-gefunden")
@pages.guard("order.work")
def unfilled(id: str) -> Response | tuple[str, int]:
    return _send(id, "unfilled", MarkUnfilledSchema, mark_unfilled, _("Als nicht erfüllt eingetragen; das Geld ist wieder frei."))


@pages.post("/<id>/rechnung")
@pages.guard("invoice.record")
def bill(id: str) -> Response | tuple[str, int]:
    return _send(id, "invoice", RecordInvoiceSchema, record_invoice, _("Rechnung erfasst."))


def _press(id: str, operation: Callable[..., Order], command: Any, said: str) -> Response:
    """A button: what stands against it is said on the page, which shows the new state."""
    against = pressed(operation, command)
    return redirect_to("order.show", id=id, said=against or said, tone="danger" if against else "success")


def _send(
    id: str, name: str, schema: type[CommandSchema], operation: Callable[..., Any], said: str, times: dict[str, str | date] | None = None
) -> Response | tuple[str, int]:
    """A form of this page: done, or the page again with what is wrong."""
    form = submitted(schema, extra={"order_id": id}, times=times, form_id=name)
    if carried_out(form, operation):
        return redirect_to("order.show", id=id, said=said)
    with see() as (session, act):
        return _page(session, act, id, {name: form}), 422


def _page(session: Session, act: Act, id: str, sent: dict[str, Form] | None = None) -> str:
    order = order_by_id(session, id)
    invoice = invoice_of(session, id)
    lines = pot_lines(session, order, act.organisation)
    undecided = order.state in STARTS["approve"]
    fitting = suggestion(lines)
    chosen = next((line for line in lines if line.pot == order.pot_id), None)
    cost = cost_of(order, order.pot, done=order.done_on is not None) if order.pot else None
    return render(
        "interpreting/order.html",
        order=order,
        invoice=invoice,
        lines=lines if undecided or order.state in {"waiting_for_case", "refused"} else (),
        fitting=fitting,
        chosen=chosen if undecided else None,
        cost=cost or _what_it_would_cost(fitting, lines, undecided=undecided),
        owed=owed_by_tariff(order) if order.pot else Decimal(0),
        step=step_of(session, order, invoice, act.organisation, act.today),
        can={name for name, states in STARTS.items() if order.state in states},
        first=names_of(session, ORDER, order),
        me=act.actor.id,
        can_wait=any(line.code == "short" for line in lines),
        pot_choices=[(line.pot, line.pot_name) for line in lines],
        fees=_fees(order, act.today),
        forms=_forms(order, lines, owed_by_tariff(order) if order.pot else None) | (sent or {}),
        opened={"approved": "schedule", "scheduled": "cancel" if order.withdrawal_asked else "perform", "performed": "invoice"}.get(
            order.state
        ),
        failed=next(iter(sent), "") if sent else "",
        providers=[(one.id, _provider_line(one)) for one in _fitting_providers(session, order)],
        is_text=order.job_kind in TRANSLATIONS,
        steps=STEPS,
        whose=WHOSE,
        states=STATE_NAMES,
        invoice_states=INVOICE_STATE_NAMES,
        words=words,
    )


def _what_it_would_cost(fitting: Line | None, lines: Sequence[Line], *, undecided: bool) -> Cost | None:
    """By the pot that fits; where the money is short, by the one that would pay if there were more."""
    paying = fitting or next((line for line in lines if line.code == "short"), None)
    return paying.cost if paying is not None and undecided else None


def _forms(order: Order, lines: tuple[Any, ...], owed: Decimal | None) -> dict[str, Form]:
    pot = order.pot_id or next((line.pot for line in lines if line.ready), None)
    return {
        "check": blank(
            CheckOrderSchema, form_id="check", pot_id=pot, other_payers_ruled_out=order.other_payers_ruled_out,
            small_business=order.small_business, difficult=order.difficult, minutes=order.minutes, keystrokes=order.keystrokes,
        ),
        "refuse": blank(RefuseOrderSchema, form_id="refuse"),
        "schedule": blank(
            ScheduleOrderSchema, form_id="schedule", provider_id=order.provider_id, relation="none", starts_at=words.clock_of(order)
        ),
        "perform": blank(PerformOrderSchema, form_id="perform", minutes=order.minutes, keystrokes=order.keystrokes),
        "cancel": blank(CancelOrderSchema, form_id="cancel"),
        "unfilled": blank(MarkUnfilledSchema, form_id="unfilled"),
        "invoice": blank(RecordInvoiceSchema, form_id="invoice", gross=owed),
    }  # fmt: skip


def _fees(order: Order, today: date) -> list[tuple[date, Decimal]]:
    """What cancelling would have cost yesterday, costs today, and will cost tomorrow."""
    if order.state not in STARTS["cancel"] or order.provider_id is None:
        return []
    return [(day, fee_if_cancelled(order, day)) for day in (today - timedelta(days=1), today, today + timedelta(days=1))]


def _fitting_providers(session: Session, order: Order) -> list[Provider]:
    """Those who speak the language first; where something is decided, only professionals are offered."""
    asked = [one for one in all_providers(session) if one.available or one.id == order.provider_id]
    fit = [one for one in asked if not order.decides_something or one.qualification in PROFESSIONAL]
    return sorted(fit, key=lambda one: (order.language not in one.language_codes, one.name))


def _provider_line(provider: Provider) -> str:
    tongues = ", ".join(words.tongue(code) for code in provider.language_codes) or "–"
    return f"{provider.name} · {_(words.QUALIFICATIONS[provider.qualification])} · {tongues}"
