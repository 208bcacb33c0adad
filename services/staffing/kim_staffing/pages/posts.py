"""Stelle: who holds it and held it, what was decided about it, which money pays it, and what it gives back when empty (D3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from kim_reference.municipalities import MUNICIPALITIES
from kim_runtime.act import Act
from kim_web import formats
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.employer import employers
from kim_staffing.model.grant import funding_lines, grants
from kim_staffing.model.occupancy import occupancies, occupancy_by_id, return_from
from kim_staffing.model.post import BAUSTEIN_WORDS, ROLE_WORDS, STATUS_WORDS, post_by_id
from kim_staffing.model.vacancy import gaps_of, grant_uses
from kim_staffing.operations.change_return import ChangeReturnSchema, change_return
from kim_staffing.operations.create_post import CreatePostSchema, create_post
from kim_staffing.operations.end_occupancy import EndOccupancySchema, NoteAbsenceSchema, end_occupancy, note_absence
from kim_staffing.operations.hire import HireSchema, hire
from kim_staffing.operations.occupy_post import OccupyPostSchema, occupy_post
from kim_staffing.operations.plan_post import PlanPostSchema, plan_post
from kim_staffing.pages import words
from kim_staffing.rules.fixed_term import GROUNDS

pages = Pages("posts", __name__)
EARLIER = {"none": "nein", "some": "ja", "not_asked": "nicht gefragt"}


@pages.get("/stellen/neu")
@pages.guard("post.manage")
def new() -> str:
    with see() as (session, act):
        return _new_page(session, act, blank(CreatePostSchema, status="established", starts_on=act.today))


@pages.post("/stellen")
@pages.guard("post.manage")
def create() -> Response | tuple[str, int]:
    form = submitted(CreatePostSchema)
    if post := carried_out(form, create_post):
        return redirect_to("posts.show", id=post.id, said=_("Stelle {number} angelegt").format(number=post.number))
    with see() as (session, act):
        return _new_page(session, act, form), 422


@pages.get("/stellen/<id>")
@pages.guard("post.see")
def show(id: str) -> str:
    with see() as (session, act):
        return _post_page(session, act, id, {})


@pages.post("/stellen/<id>/entscheidung")
@pages.guard("post.manage")
def decide(id: str) -> Response | tuple[str, int]:
    form = submitted(PlanPostSchema, extra={"post": id}, form_id="plan")
    if carried_out(form, plan_post):
        return redirect_to("posts.show", id=id, said=_("Entscheidung eingetragen"))
    return _again(id, {"plan": form})


@pages.post("/stellen/<id>/einstellen")
@pages.guard("contract.record")
def employ(id: str) -> Response | tuple[str, int]:
    """Own staff: person, contract and occupancy in one form."""
    form = submitted(HireSchema, extra={"post": id}, form_id="hire")
    if contract := carried_out(form, hire):
        return redirect_to("contracts.show", id=contract.id, said=_("{name} eingestellt").format(name=contract.person.name))
    return _again(id, {"hire": form})


@pages.post("/stellen/<id>/besetzen")
@pages.guard("post.manage")
def occupy(id: str) -> Response | tuple[str, int]:
    """A carrier's staff: share and reference, no name."""
    form = submitted(OccupyPostSchema, extra={"post": id}, form_id="occupy")
    if carried_out(form, occupy_post):
        return redirect_to("posts.show", id=id, said=_("Besetzung eingetragen"))
    return _again(id, {"occupy": form})


@pages.post("/besetzungen/<id>/ende")
@pages.guard("post.manage")
def leave(id: str) -> Response | tuple[str, int]:
    form = submitted(EndOccupancySchema, extra={"occupancy": id}, form_id=f"end-{id}")
    with see() as (session, _act):
        post = occupancy_by_id(session, id).post_id
    if carried_out(form, end_occupancy):
        return redirect_to("posts.show", id=post, said=_("Ende der Besetzung eingetragen"))
    return _again(post, {id: form})


@pages.post("/besetzungen/<id>/abwesenheit")
@pages.guard("post.manage")
def absent(id: str) -> Response | tuple[str, int]:
    """Absent with a claim to return: the share is free for a replacement meanwhile."""
    form = submitted(NoteAbsenceSchema, extra={"occupancy": id}, form_id=f"absent-{id}")
    with see() as (session, _act):
        post = occupancy_by_id(session, id).post_id
    if carried_out(form, note_absence):
        return redirect_to("posts.show", id=post, said=_("Abwesenheit eingetragen; so lange ist der Anteil frei für eine Vertretung"))
    return _again(post, {f"absent-{id}": form})


@pages.post("/besetzungen/<id>/rueckkehr")
@pages.guard("post.manage")
def come_back(id: str) -> Response | tuple[str, int]:
    """Back earlier or later than entered."""
    form = submitted(ChangeReturnSchema, extra={"occupancy": id}, form_id=f"back-{id}")
    with see() as (session, _act):
        post = occupancy_by_id(session, id).post_id
    if carried_out(form, change_return):
        back = form.command.until + timedelta(days=1)
        return redirect_to("posts.show", id=post, said=_("Rückkehr eingetragen: wieder da ab {day}").format(day=formats.day(back)))
    return _again(post, {f"back-{id}": form})


def _again(id: str, forms: Mapping[str, Form]) -> tuple[str, int]:
    with see() as (session, act):
        return _post_page(session, act, id, forms), 422


def _new_page(session: Session, act: Act, form: Form) -> str:
    return render(
        "staffing/new_post.html",
        form=form,
        bausteine=words.choices(BAUSTEIN_WORDS),
        roles=words.choices(ROLE_WORDS),
        states=words.choices(STATUS_WORDS),
        employers=[(one.id, one.name_on(act.today)) for one in employers(session)],
        municipalities=[(place.ags, place.german) for place in MUNICIPALITIES],
    )


def _post_page(session: Session, act: Act, id: str, forms: Mapping[str, Form]) -> str:
    post = post_by_id(session, id)
    held = occupancies(session, [post.id])
    known = {one.id: one for one in employers(session)}
    decision = post.latest
    employer = known.get(decision.employer_id or "")
    open_ones = [one for one in held if one.ends_on is None or one.ends_on >= act.today]
    absences = [one for one in held if not one.active and (one in open_ones or return_from(one, held) in open_ones)]
    return render(
        "staffing/post.html",
        post=post,
        decision=decision,
        employer=employer,
        employers=known,
        held=held,
        lines=[line for line in funding_lines(session) if line.post_id == post.id],
        fitting=[grant for grant in grants(session) if grant.baustein == post.baustein and grant.period_to >= act.today],
        gaps=gaps_of(post, held, act.today),
        money=[(use.grant, line) for use in grant_uses(session, act.today) for line in use.lines if line.post.id == post.id],
        forms={
            "plan": blank(PlanPostSchema, form_id="plan", status=decision.status, employer=decision.employer_id),
            "hire": blank(HireSchema, form_id="hire", person=None, share=post.fte, earlier_employment="none"),
            "occupy": blank(OccupyPostSchema, form_id="occupy", share=post.fte, presence="active"),
            **{one.id: blank(EndOccupancySchema, form_id=f"end-{one.id}") for one in open_ones},
            **{f"absent-{one.id}": blank(NoteAbsenceSchema, form_id=f"absent-{one.id}") for one in open_ones if one.active},
            **{f"back-{one.id}": blank(ChangeReturnSchema, form_id=f"back-{one.id}", until=one.ends_on) for one in absences},
            **forms,
        },
        open_ones=open_ones,
        absences=absences,
        returning=[one for one in absences if return_from(one, held) is not None],
        today=act.today,
        states=words.choices(STATUS_WORDS),
        employer_choices=[(one.id, one.name_on(act.today)) for one in known.values()],
        grounds=words.choices(GROUNDS),
        earlier=words.choices(EARLIER),
        words=words,
    )
