"""Arbeitgeber: who employs in law, for own staff and for partners whose posts are funded. Whoever sets up the staffing plan begins here."""

from __future__ import annotations

from datetime import date

from flask import request
from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kim_staffing.model.employer import employer_by_id, employers
from kim_staffing.operations.arrange_employer import (
    CloseHouseSchema,
    NameEmployerSchema,
    OpenHouse,
    close_house,
    name_employer,
    open_house,
)
from kim_staffing.pages import words
from kim_staffing.rules.extension_gate import COUNCIL_WORDS
from kim_staffing.rules.fte import STEP

pages = Pages("employers", __name__)


@pages.get("/arbeitgeber")
@pages.guard("post.manage")
def listed() -> str:
    with see() as (session, act):
        return _list(session, act, blank(NameEmployerSchema, valid_from=act.today, share_step=STEP))


@pages.post("/arbeitgeber")
@pages.guard("post.manage")
def name() -> Response | tuple[str, int]:
    form = submitted(NameEmployerSchema)
    if employer := carried_out(form, name_employer):
        return redirect_to("employers.show", id=employer.id, said=_("{name} ist eingetragen.").format(name=form.command.name))
    with see() as (session, act):
        return _list(session, act, form), 422


@pages.get("/arbeitgeber/<id>")
@pages.guard("post.manage")
def show(id: str) -> str:
    with see() as (session, act):
        return _one(session, act, id)


@pages.post("/arbeitgeber/<id>")
@pages.guard("post.manage")
def change(id: str) -> Response | tuple[str, int]:
    form = submitted(NameEmployerSchema, extra={"employer": id}, form_id="facts")
    with see() as (session, _act):
        employer_by_id(session, id)
    if carried_out(form, name_employer):
        return redirect_to("employers.show", id=id, said=_("Gespeichert."))
    with see() as (session, act):
        return _one(session, act, id, facts=form), 422


@pages.post("/arbeitgeber/<id>/betriebsferien")
@pages.guard("post.manage")
def close(id: str) -> Response | tuple[str, int]:
    form = submitted(CloseHouseSchema, extra={"employer": id}, form_id="closed")
    if carried_out(form, close_house):
        return redirect_to("employers.show", id=id, said=_("Gespeichert; Fristen sind neu gerechnet."))
    with see() as (session, act):
        return _one(session, act, id, closed=form), 422


@pages.post("/arbeitgeber/<id>/betriebsferien/wegnehmen")
@pages.guard("post.manage")
def reopen(id: str) -> Response:
    try:
        day = date.fromisoformat(request.form.get("first", ""))
    except ValueError:
        raise NotFound from None
    with act_on() as (session, act):
        open_house(session, act, OpenHouse(id, day))
    return redirect_to("employers.show", id=id, said=_("Gespeichert; Fristen sind neu gerechnet."))


def _list(session: Session, act: Act, form: Form) -> str:
    return render("staffing/employers.html", employers=employers(session), today=act.today, form=form, councils=_councils(), words=words)


def _one(session: Session, act: Act, id: str, facts: Form | None = None, closed: Form | None = None) -> str:
    here = employer_by_id(session, id)
    named = max((one for one in here.names if one.valid_from <= act.today), key=lambda one: one.valid_from, default=here.names[0])
    return render(
        "staffing/employer.html",
        here=here,
        today=act.today,
        facts=facts
        or blank(
            NameEmployerSchema,
            form_id="facts",
            name=named.text,
            valid_from=named.valid_from,
            own=here.own,
            council=here.council,
            share_step=here.share_step,
            offices=", ".join(one.office for one in here.offices),
        ),
        closed=closed or blank(CloseHouseSchema, form_id="closed"),
        councils=_councils(),
        words=words,
    )


def _councils() -> list[tuple[str, str]]:
    return words.choices(COUNCIL_WORDS)
