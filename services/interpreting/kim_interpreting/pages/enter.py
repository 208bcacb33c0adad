"""Auftrag erfassen: a requester telephones, the coordinator writes."""

from __future__ import annotations

from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, submitted
from werkzeug.wrappers import Response

from kim_interpreting.operations.enter_order import EnterOrderSchema, enter_order
from kim_interpreting.pages import words

pages = Pages("enter", __name__)


@pages.get("/auftraege/neu")
@pages.guard("order.enter")
def begin() -> str:
    return _page(blank(EnterOrderSchema, requester_kind="public_body", job_kind="on_site", public_room=True, editable=True))


@pages.post("/auftraege/neu")
@pages.guard("order.enter")
def enter() -> Response | tuple[str, int]:
    form = submitted(EnterOrderSchema, times={"starts_at": "service_date"})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            order = enter_order(session, act, form.command)
        if form.ok and order.state == "refused":
            said = _("Auftrag {number} erfasst und gleich abgelehnt: {reason}. Stimmt eine Angabe nicht, bitte neu erfassen.")
            said = said.format(number=order.number, reason=words.reason(order.reason or ""))
            return redirect_to("order.show", id=order.id, said=said, tone="warning")
        if form.ok:
            return redirect_to("order.show", id=order.id, said=_("Auftrag {number} erfasst.").format(number=order.number))
    return _page(form), 422


def _page(form: Form) -> str:
    return render("interpreting/enter.html", form=form, words=words)
