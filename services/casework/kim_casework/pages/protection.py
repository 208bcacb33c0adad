"""Geschützte Akten: close a case to the house, and lift that."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web.form import Form
from kim_web.language import _
from kim_web.page import Pages, act_on, blank, found, may, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_casework.model.case import Case
from kim_casework.model.protection import protection_of
from kim_casework.model.staff import names_of_staff
from kim_casework.operations.find_case import no_case
from kim_casework.operations.protect_case import LiftProtectionSchema, ProtectCaseSchema, lift_protection, protect_case
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues

pages = Pages("protection", __name__)


@pages.get("/faelle/<id>/schutz")
@pages.guard("case.protect")
def show(id: str) -> str:
    with see() as (session, act):
        return _render(session, act, id, blank(ProtectCaseSchema))


@pages.post("/faelle/<id>/schutz")
@pages.guard("case.protect")
def protect(id: str) -> Response | tuple[str, int]:
    form = submitted(ProtectCaseSchema, extra={"case_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            case = protect_case(session, act, form.command)
            seen = may("case.see", case)
        if form.ok:
            said = _("Fall {number} ist geschützt.").format(number=case.number)
            return redirect_to("cases.show", id=id, said=said) if seen else redirect_to("cases.listed", said=said)
    with see() as (session, act):
        return _render(session, act, id, form), 422


@pages.get("/faelle/<id>/schutz/ende")
@pages.guard("case.unprotect")
def show_lifting(id: str) -> Response | str:
    with see() as (session, act):
        case = found("case.see", session.get(Case, id), no_case)
        if protection_of(session, id) is None:
            return redirect_to("cases.show", id=id, said=_("Fall {number} ist nicht geschützt.").format(number=case.number), tone="info")
        return _render_lifting(session, act, id, blank(LiftProtectionSchema))


@pages.post("/faelle/<id>/schutz/ende")
@pages.guard("case.unprotect")
def lift(id: str) -> Response | tuple[str, int]:
    form = submitted(LiftProtectionSchema, extra={"case_id": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            case = lift_protection(session, act, form.command)
            seen = may("case.see", case)
        if form.ok:
            said = _("Fall {number} ist nicht mehr geschützt.").format(number=case.number)
            return redirect_to("cases.show", id=id, said=said) if seen else redirect_to("cases.listed", said=said)
    with see() as (session, act):
        return _render_lifting(session, act, id, form), 422


def _render(session: Session, act: Act, case_id: str, form: Form) -> str:
    return render(
        "casework/protect.html",
        case=found("case.protect", session.get(Case, case_id), no_case),
        form=form,
        reasons=words.choices(words.PROTECTION_REASONS),
        staff=list(names_of_staff(session).items()),
    )


def _render_lifting(session: Session, act: Act, case_id: str, form: Form) -> str:
    case = found("case.unprotect", session.get(Case, case_id), no_case)
    return render(
        "casework/lift_protection.html",
        case=case,
        protection=protection_of(session, case.id),
        form=form,
        staff=names_of_colleagues(session),
        words=words,
    )
