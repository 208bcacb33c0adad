"""Grants: money for posts by its notice, the posts it pays, and what they give back when empty."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import GrantListSchema, GrantSchema
from kim_staffing.model.vacancy import GrantUse, all_grant_uses, grant_use
from kim_staffing.operations.change_grant_posts import ChangeGrantPosts, ChangeGrantPostsSchema, change_grant_posts
from kim_staffing.operations.record_grant import (
    RecordGrant,
    RecordGrantSchema,
    SetVacancyRule,
    SetVacancyRuleSchema,
    record_grant,
    set_vacancy_rule,
)

api = JsonDoor("grants", __name__, description="Money for posts by its notice, the posts it pays, and what they give back when empty.")


@api.route("/")
class Grants(MethodView):
    @api.guard("grant.see")
    @api.response(200, GrantListSchema)
    def get(self) -> dict[str, Any]:
        """All grants, the newest period first."""
        with see() as (session, act):
            return {"items": kept(session, all_grant_uses(session, act.today)), "next": None}

    @api.guard("grant.record")
    @api.arguments(RecordGrantSchema)
    @api.response(201, GrantSchema)
    def post(self, command: RecordGrant) -> Any:
        """Record a grant and the posts it pays; the same id a second time answers the first."""
        with act_on() as (session, act):
            recorded = grant_use(session, record_grant(session, act, command).id, act.today)
        return recorded, 201, {"Location": url_for("api_grants.One", id=recorded.grant.id)}


@api.route("/vacancy-rules")
class VacancyRules(MethodView):
    @api.guard("grant.record")
    @api.arguments(SetVacancyRuleSchema)
    @api.response(200, GrantSchema)
    def post(self, command: SetVacancyRule) -> GrantUse:
        """Say how the notice treats empty posts, and where it says so."""
        with act_on() as (session, act):
            return grant_use(session, set_vacancy_rule(session, act, command).id, act.today)


@api.route("/posts")
class GrantPosts(MethodView):
    @api.guard("grant.record")
    @api.arguments(ChangeGrantPostsSchema)
    @api.response(200, GrantSchema)
    def post(self, command: ChangeGrantPosts) -> GrantUse:
        """Say which posts the grant pays from now on, all of them; with `posts_before`, only if it still pays just those."""
        with act_on() as (session, act):
            return grant_use(session, change_grant_posts(session, act, command).id, act.today)


@api.route("/<id>")
class One(MethodView):
    @api.guard("grant.see")
    @api.response(200, GrantSchema)
    def get(self, id: str) -> GrantUse:
        """One grant as things stand."""
        with see() as (session, act):
            return kept(session, grant_use(session, id, act.today))
