"""Posts."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import PostListSchema, PostSchema
from kim_staffing.model.post import Post, post_by_id, posts
from kim_staffing.operations.create_post import CreatePost, CreatePostSchema, create_post
from kim_staffing.operations.plan_post import PlanPostSchema, plan_post

api = JsonDoor("posts", __name__, description="Posts of the programme: established, planned, undecided.")


@api.route("/")
class Posts(MethodView):
    @api.guard("post.see")
    @api.response(200, PostListSchema)
    def get(self) -> dict[str, Any]:
        """All posts by Baustein and number."""
        with see() as (session, _act):
            return {"items": kept(session, posts(session)), "next": None}

    @api.guard("post.manage")
    @api.arguments(CreatePostSchema)
    @api.response(201, PostSchema)
    def post(self, command: CreatePost) -> Any:
        """Create a post; the same id a second time answers the first."""
        with act_on() as (session, act):
            created = create_post(session, act, command)
        return created, 201, {"Location": url_for("api_posts.One", id=created.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("post.see")
    @api.response(200, PostSchema)
    def get(self, id: str) -> Post:
        """One post."""
        with see() as (session, _act):
            return kept(session, post_by_id(session, id))


Decisions = api.acts("/decisions", "post.manage", PlanPostSchema, plan_post, PostSchema)
