"""Fall schließen und wieder öffnen."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, act_on, blank, carried_out, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.case import Case
from kim_casework.model.contact import open_steps
from kim_casework.model.order import list_orders
from kim_casework.operations.close_case import CloseCaseSchema, close_case
from kim_casework.operations.find_case import no_case
from kim_casework.operations.reopen_case import ReopenCaseSchema, reopen_case
from kim_casework.pages import words
from kim_casework.pages.assignment import manager_choices
from kim_casework.rules.closing import kept_until_before
from kim_casework.rules.orders import OPEN_STATES

pages = Pages("closing", __name__)


@pages.get("/faelle/<id>/schliessen")
@pages.guard("case.work")
def show(id: str) -> str:
    with see() as (session, act):
        return _render_close(session, act, id, blank(CloseCaseSchema))


@pages.post("/faelle/<id>/schliessen")
@pages.guard("case.work")
def close(id: str) -> Response | tuple[str, int]:
    form = submitted(CloseCaseSchema, extra={"case_id": id})
    if carried_out(form, close_case):
        return redirect_to("cases.show", id=id, said=_("Fall geschlossen."))
    with see() as (session, act):
        return _render_close(session, act, id, form), 422


@pages.get("/faelle/<id>/wieder-oeffnen")
@pages.guard("case.work")
def show_reopen(id: str) -> str:
    with see() as (session, act):
        case = found("case.work", session.get(Case, id), no_case)
        offered = dict(manager_choices(session, act))
        before = next((one for one in (case.responsible, act.actor.id) if one in offered), "")
        return _render_reopen(session, act, id, blank(ReopenCaseSchema, responsible=before))


@pages.post("/faelle/<id>/wieder-oeffnen")
@pages.guard("case.work")
def reopen(id: str) -> Response | tuple[str, int]:
    form = submitted(ReopenCaseSchema, extra={"case_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            seen = may("case.see", reopen_case(session, act, form.command))
        if form.ok:
            said = _("Fall wieder geöffnet, mit derselben Nummer.")
            return redirect_to("cases.show", id=id, said=said) if seen else redirect_to("cases.listed", said=said)
    with see() as (session, act):
        return _render_reopen(session, act, id, form), 422


def _render_close(session: Session, act: Act, case_id: str, form: Form) -> str:
    return render(
        "casework/close.html",
        case=found("case.work", session.get(Case, case_id), no_case),
        form=form,
        steps=open_steps(session, case_id),
        orders=list_orders(session, act, case_id=case_id, states=OPEN_STATES),
        kept_until=kept_until_before(act.today),
        words=words,
    )


def _render_reopen(session: Session, act: Act, case_id: str, form: Form) -> str:
    case = found("case.work", session.get(Case, case_id), no_case)
    return render("casework/reopen.html", case=case, form=form, managers=manager_choices(session, act), words=words)
