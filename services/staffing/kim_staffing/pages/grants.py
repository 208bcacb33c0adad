"""Bewilligungen: what a notice grants, which posts it pays, and what they give back when empty, by the rule of that notice (D3)."""

from __future__ import annotations

from flask import request
from kim_runtime.act import Act
from kim_web.language import _
from kim_web.page import Form, Pages, blank, carried_out, redirect_to, render, see, submitted
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kim_staffing.model.employer import employers
from kim_staffing.model.grant import payable_posts
from kim_staffing.model.post import BAUSTEIN_WORDS, Post, posts
from kim_staffing.model.vacancy import all_grant_uses, grant_use
from kim_staffing.operations.change_grant_posts import ChangeGrantPostsSchema, change_grant_posts
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
    if recorded := carried_out(form, record_grant):
        return redirect_to("grants.show", id=recorded.id, said=_("Bewilligung eingetragen"))
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
    if carried_out(form, set_vacancy_rule):
        return redirect_to("grants.show", id=id, said=_("Regel eingetragen; die Rückgabe ist neu gerechnet"))
    with see() as (session, act):
        return _page(session, act, id, form), 422


@pages.post("/bewilligungen/<id>/stellen")
@pages.guard("grant.record")
def change_posts(id: str) -> Response | tuple[str, int]:
    chosen = {name: [one for one in request.form.getlist(name) if one] for name in ("posts", "posts_before")}  # none is an answer too
    form = submitted(ChangeGrantPostsSchema, extra={"grant": id, **chosen}, form_id="posts")
    if carried_out(form, change_grant_posts):
        return redirect_to("grants.show", id=id, said=_("Stellen eingetragen; die Rückgabe ist neu gerechnet"))
    with see() as (session, act):
        return _page(session, act, id, posts_form=form), 422


def _page(session: Session, act: Act, id: str, form: Form | None = None, posts_form: Form | None = None) -> str:
    use = grant_use(session, id, act.today)
    grant = use.grant
    paid = [money.post.id for money in use.lines]
    free, paid_elsewhere = payable_posts(session, grant)
    return render(
        "staffing/grant.html",
        use=use,
        grant=grant,
        day=min(act.today, grant.period_to),
        begun=grant.period_from <= act.today,
        employers={one.id: one for one in employers(session)},
        form=form or blank(SetVacancyRuleSchema, vacancy_rule=grant.vacancy_rule, rule_source=grant.rule_source),
        posts_form=posts_form or blank(ChangeGrantPostsSchema, form_id="posts", posts=paid),
        paid=paid,
        post_choices=_post_choices(session, act, free),
        paid_elsewhere=paid_elsewhere,
        rules=words.choices(RULE_WORDS),
        words=words,
    )


def _new_page(session: Session, act: Act, form: Form) -> str:
    return render(
        "staffing/new_grant.html",
        form=form,
        bausteine=words.choices(BAUSTEIN_WORDS),
        rules=words.choices(RULE_WORDS),
        posts=_post_choices(session, act, posts(session)),
    )


def _post_choices(session: Session, act: Act, found: list[Post]) -> list[tuple[str, str]]:
    """Posts to tick: number and role, size, employer."""
    names = {one.id: one.name_on(act.today) for one in employers(session)}
    return [
        (post.id, f"{words.post(post)}, {words.share(post.fte)}, {names.get(post.latest.employer_id or '', _('Arbeitgeber noch offen'))}")
        for post in found
    ]
