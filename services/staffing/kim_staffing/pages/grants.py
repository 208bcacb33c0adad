"""Bewilligungen: what a notice grants, which posts it pays, and what they give back when empty, by the rule of that notice (D3)."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, act_on, blank, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.employer import employers
from kim_staffing.model.post import BAUSTEIN_WORDS, posts
from kim_staffing.model.vacancy import all_grant_uses, grant_use
from kim_staffing.operations.record_grant import RecordGrantSchema, SetVacancyRuleSchema, record_grant, set_vacancy_rule
from kim_staffing.pages import words
from kim_staffing.rules.vacancy_money import RULE_WORDS

pages = Pages("grants", __name__)


@pages.get("/bewilligungen")
@pages.guard("grant.see")
def listed() -> str:
    with see() as (session, act):
        return render("staffing/grants.html", uses=all_grant_uses(session, act.today), today=act.today, words=words)


@pages.get("/bewilligungen/neu")
@pages.guard("grant.record")
def new() -> str:
    with see() as (session, act):
        return _new_page(session, act, blank(RecordGrantSchema))


@pages.post("/bewilligungen")
@pages.guard("grant.record")
def record() -> Response | tuple[str, int]:
    form = submitted(RecordGrantSchema)
    if form.command:
        with form.attempt(), act_on() as (session, act):
            recorded = record_grant(session, act, form.command).id
        if form.ok:
            return redirect_to("grants.show", id=recorded, said=_("Bewilligung eingetragen"))
    with see() as (session, act):
        return _new_page(session, act, form), 422


@pages.get("/bewilligungen/<id>")
@pages.guard("grant.see")
def show(id: str) -> str:
    with see() as (session, act):
        return _page(session, act, id)


@pages.post("/bewilligungen/<id>/regel")
@pages.guard("grant.record")
def change_rule(id: str) -> Response | tuple[str, int]:
    form = submitted(SetVacancyRuleSchema, extra={"grant": id})
    if form.command:
        with form.attempt(), act_on() as (session, act):
            set_vacancy_rule(session, act, form.command)
        if form.ok:
            return redirect_to("grants.show", id=id, said=_("Regel eingetragen; die Rückgabe ist neu gerechnet"))
    with see() as (session, act):
        return _page(session, act, id, form), 422


def _page(session: Session, act: Act, id: str, form: Form | None = None) -> str:
    use = grant_use(session, id, act.today)
    grant = use.grant
    return render(
        "staffing/grant.html",
        use=use,
        grant=grant,
        day=min(act.today, grant.period_to),
        begun=grant.period_from <= act.today,
        employers={one.id: one for one in employers(session)},
        form=form or blank(SetVacancyRuleSchema, vacancy_rule=grant.vacancy_rule, rule_source=grant.rule_source),
        rules=words.choices(RULE_WORDS),
        words=words,
    )


def _new_page(session: Session, act: Act, form: Form) -> str:
    names = {one.id: one.name_on(act.today) for one in employers(session)}
    return render(
        "staffing/new_grant.html",
        form=form,
        bausteine=words.choices(BAUSTEIN_WORDS),
        rules=words.choices(RULE_WORDS),
        posts=[
            (post.id, f"{words.post(post)}, {words.share(post.fte)}, {names.get(post.latest.employer_id or '', _('noch offen'))}")
            for post in posts(session)
        ],
    )
