"""Zusage eintragen: the document once, then which contracts can be extended now and which not, and why (D5)."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web.language import _, plural
from kim_web.page import Form, Pages, act_on, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.assurance import assurance_by_id, assurances
from kim_staffing.model.employer import employer_by_id, employers
from kim_staffing.model.post import BAUSTEIN_WORDS
from kim_staffing.operations.draft_extension import DraftAllExtensionsSchema, draft_all_extensions
from kim_staffing.operations.record_assurance import RecordAssuranceSchema, outcome_of, record_assurance
from kim_staffing.pages import words
from kim_staffing.rules.coverage import LEVEL_WORDS
from kim_staffing.rules.extension_gate import LAMP_WORDS

pages = Pages("assurances", __name__)


@pages.get("/zusagen")
@pages.guard("assurance.see")
def listed() -> str:
    with see() as (session, act):
        names = {one.id: one.name_on(act.today) for one in employers(session)}
        return render("staffing/assurances.html", assurances=assurances(session), names=names, words=words)


@pages.get("/zusagen/neu")
@pages.guard("assurance.record")
def new() -> str:
    with see() as (session, act):
        own = [one.id for one in employers(session) if one.own]
        form = blank(RecordAssuranceSchema, dated=act.today, employer=own[0] if len(own) == 1 else None)
        return _form_page(session, act, form)


@pages.post("/zusagen")
@pages.guard("assurance.record")
def record() -> Response | tuple[str, int]:
    form = submitted(RecordAssuranceSchema)
    if recorded := carried_out(form, record_assurance):
        return redirect_to("assurances.show", id=recorded.assurance.id, said=_("Zusage eingetragen"))
    with see() as (session, act):
        return _form_page(session, act, form), 422


@pages.get("/zusagen/<id>")
@pages.guard("assurance.see")
def show(id: str) -> str:
    with see() as (session, act):
        assurance = assurance_by_id(session, id)
        return render(
            "staffing/assurance.html",
            assurance=assurance,
            employer=employer_by_id(session, assurance.employer_id),
            outcome=outcome_of(session, assurance, act.today),
            form=blank(DraftAllExtensionsSchema, ends_on=assurance.period_to),
            today=act.today,
            lamp_words=LAMP_WORDS,
            words=words,
        )


@pages.post("/zusagen/<id>/entwuerfe")
@pages.guard("contract.record")
def draft_all(id: str) -> Response:
    """One click for all that the assurance carries."""
    form = submitted(DraftAllExtensionsSchema, extra={"assurance": id})
    said, tone = "", "success"
    if form.command:
        with form.attempt(), act_on() as (session, act):
            drafts = draft_all_extensions(session, act, form.command)
            said = plural("{n} Entwurf angelegt", "{n} Entwürfe angelegt", len(drafts)).format(n=len(drafts))
    if not form.ok:
        said, tone = " ".join(message for found in form.errors.values() for message in found), "danger"
    return redirect_to("assurances.show", id=id, said=said, tone=tone)


def _form_page(session: Session, act: Act, form: Form) -> str:
    return render(
        "staffing/new_assurance.html",
        form=form,
        levels=words.choices(LEVEL_WORDS),
        bausteine=words.choices(BAUSTEIN_WORDS),
        employers=[(one.id, one.name_on(act.today)) for one in employers(session) if one.own],
    )
