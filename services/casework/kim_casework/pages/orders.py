"""Sprachmittlung: what was ordered and what became of it, and a new order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from kim_runtime.act import Act
from kim_runtime.refusal import NotFound, Refused
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, act_on, blank, carried_out, found, may, redirect_to, render, see, submitted
from kim_web.problem import sentence
from marshmallow import ValidationError, validates_schema
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.case import Case, list_cases
from kim_casework.model.order import InterpretingOrder, list_orders
from kim_casework.model.site import Site
from kim_casework.operations.find_case import no_case
from kim_casework.operations.find_order import no_order
from kim_casework.operations.order_interpreting import SIZE_MISSING, OrderInterpretingSchema, order_interpreting
from kim_casework.operations.withdraw_order import WithdrawOrder, withdraw_order
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues
from kim_casework.rules.orders import OPEN_STATES, WITHDRAWABLE, size_missing
from kim_casework.rules.urgency import initials

pages = Pages("orders", __name__)


class OrderFormSchema(OrderInterpretingSchema):
    """The same command at the desk: a size that is missing is said together with the other fields that are empty."""

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def check_size(self, data: dict[str, Any], typed: dict[str, Any], **_: Any) -> None:
        size = {**typed, **data}  # what was typed and is no number has its error already
        if missing := size_missing(data.get("job_kind", ""), size.get("minutes"), size.get("keystrokes")):
            raise ValidationError(SIZE_MISSING[missing], missing)


@pages.get("/sprachmittlung")
@pages.guard("order.list")
def listed() -> str:
    with see() as (session, act):
        return render("casework/orders.html", orders=_open_first(list_orders(session, act)), words=words)


@pages.get("/sprachmittlung/<id>")
@pages.guard("order.see")
def show(id: str) -> str:
    with see() as (session, _act):
        order = found("order.see", session.get(InterpretingOrder, id), no_order)
        may_withdraw = order.state in WITHDRAWABLE and may("order.place", order)
        return render("casework/order.html", order=order, staff=names_of_colleagues(session), may_withdraw=may_withdraw, words=words)


@pages.get("/sprachmittlung/neu")
@pages.guard("order.place")
def new() -> str:
    with see() as (session, act):
        initial: dict[str, Any] = {"public_room": True, "editable": True}
        if case_id := request.args.get("fall"):
            case = found("case.work", session.get(Case, case_id), no_case)
            initial |= {"case_id": case.id, "language": case.holder.language}
            if site := session.get(Site, case.site):
                initial |= {"desk": _("Case Management, {site}").format(site=site.name), "requester_town": site.municipality}
        return _render(session, act, blank(OrderFormSchema, **initial))


@pages.post("/sprachmittlung")
@pages.guard("order.place")
def place() -> Response | tuple[str, int]:
    form = submitted(OrderFormSchema, times={"starts_at": "service_date"})
    if order := carried_out(form, order_interpreting):
        return redirect_to("orders.show", id=order.id, said=_("Auftrag {number} ist bestellt.").format(number=order.number))
    with see() as (session, act):
        return _render(session, act, form), 422


@pages.post("/sprachmittlung/<id>/zurueckziehen")
@pages.guard("order.place")
def withdraw(id: str) -> Response:
    try:
        with act_on() as (session, act):
            order = withdraw_order(session, act, WithdrawOrder(id))
    except NotFound:
        raise
    except Refused as refused:
        return redirect_to("orders.show", id=id, said=sentence(refused), tone="warning")
    return redirect_to("orders.show", id=id, said=_("Auftrag {number} zurückgezogen.").format(number=order.number))


def _open_first(orders: Sequence[InterpretingOrder]) -> list[InterpretingOrder]:
    """What is still to come stands first, the nearest day on top; then what is over, the latest on top."""
    coming = [order for order in orders if order.state in OPEN_STATES]
    return [*reversed(coming), *(order for order in orders if order.state not in OPEN_STATES)]


def _render(session: Session, act: Act, form: Form) -> str:
    cases = [
        (case.id, f"{case.number} {initials(case.holder.name)}") for case in list_cases(session, act, state="open", action="case.work")
    ]
    sites = session.scalars(select(Site).order_by(Site.name)).all()
    return render("casework/order_new.html", form=form, cases=cases, sites=sites, today=act.today, words=words)
