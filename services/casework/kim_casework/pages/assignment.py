"""Zuständigkeit: give a case to a colleague, name who stands in, and give many away when a contract ends."""

from __future__ import annotations

from typing import Any

from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.language import _, plural
from kim_web.page import Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.case import Case
from kim_casework.model.staff import Assignability
from kim_casework.model.week import cases_needing_a_manager, handed_over_lately
from kim_casework.operations.assign_case_manager import AssignCaseManagerSchema, ReassignCasesSchema, assign_case_manager, reassign_cases
from kim_casework.operations.find_case import no_case
from kim_casework.operations.introduce_staff import is_new_here
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues

pages = Pages("assignment", __name__)


@pages.get("/faelle/<id>/zustaendig")
@pages.guard("case.assign")
def show(id: str) -> str:
    with see() as (session, act):
        case = found("case.assign", session.get(Case, id), no_case)
        return _render_one(session, act, id, blank(AssignCaseManagerSchema, responsible=case.responsible, deputies=case.deputies))


@pages.post("/faelle/<id>/zustaendig")
@pages.guard("case.assign")
def assign(id: str) -> Response | tuple[str, int]:
    form = submitted(AssignCaseManagerSchema, extra={"case_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            case = assign_case_manager(session, act, form.command)
            seen, name = may("case.see", case), words.colleague(case.responsible, names_of_colleagues(session))
        if form.ok:
            said = _("Zuständigkeit gespeichert: {name}.").format(name=name)
            return redirect_to("cases.show", id=id, said=said) if seen else redirect_to("assignment.needing", said=said)
    with see() as (session, act):
        return _render_one(session, act, id, form), 422


@pages.get("/faelle/neu-verteilen")
@pages.guard("case.assign")
def needing() -> str:
    with see() as (session, act):
        return _render_many(session, act, blank(ReassignCasesSchema))


@pages.post("/faelle/neu-verteilen")
@pages.guard("case.assign")
def reassign() -> Response | tuple[str, int]:
    form = submitted(ReassignCasesSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            count = len(reassign_cases(session, act, form.command))
            name = words.colleague(form.command.responsible, names_of_colleagues(session))
        if form.ok:
            said = plural("{n} Fall an {name} übergeben.", "{n} Fälle an {name} übergeben.", count).format(n=count, name=name)
            return redirect_to("assignment.needing", said=said)
    with see() as (session, act):
        return _render_many(session, act, form), 422


def manager_choices(session: Session, act: Act) -> list[tuple[str, str]]:
    """Whom a case may be given to today; with who acts, if they have only just come."""
    assignability = Assignability(session)
    choices = [(member.id, member.name) for member in assignability.case_managers(act.today)]
    if is_new_here(session, act):
        choices.append((act.actor.id, act.actor.name))
    return choices


def _render_one(session: Session, act: Act, case_id: str, form: Form) -> str:
    case = found("case.assign", session.get(Case, case_id), no_case)
    values: dict[str, Any] = {"case": case, "form": form, "seen": may("case.see", case)}
    return render("casework/assign.html", managers=manager_choices(session, act), staff=names_of_colleagues(session), words=words, **values)


def _render_many(session: Session, act: Act, form: Form) -> str:
    needing, lately = cases_needing_a_manager(session, act), handed_over_lately(session, act)
    return render(
        "casework/reassign.html",
        form=form,
        needing=needing,
        lately=lately,
        seen={case.id for case in (*(case for case, _since in needing), *(one.case for one in lately)) if may("case.list", case)},
        today=act.today,
        managers=manager_choices(session, act),
        staff=names_of_colleagues(session),
        words=words,
    )
