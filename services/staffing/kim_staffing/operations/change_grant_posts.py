"""Change which posts a grant pays: a notice was changed, a post was made later, or a box was ticked wrongly. Each change is kept."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_staffing.model.entered import GRANT_POSTS
from kim_staffing.model.grant import Grant, GrantPostsChange, grant_for_update, lines_of
from kim_staffing.model.post import post_by_id
from kim_staffing.operations.record_grant import must_not_exceed, pay_posts


@dataclass(frozen=True, slots=True)
class ChangeGrantPosts:
    """`posts` are all posts the grant pays from now on, each with its whole size; one that is paid already keeps its share.

    `posts_before` are those it paid when this was thought of, so that nobody undoes what a colleague has just entered; None asks nothing.
    """

    grant: str
    posts: tuple[str, ...]
    document: str = ""
    posts_before: tuple[str, ...] | None = None


class ChangeGrantPostsSchema(CommandSchema):
    command = ChangeGrantPosts
    grant = Id(required=True)
    posts = fields.List(Id(), required=True, metadata={"label": "Stellen, die daraus bezahlt werden"})
    document = Text(load_default="", longest=200, metadata={"label": "Grundlage", "hint": "zum Beispiel: Änderungsbescheid vom 10.3.2023"})
    posts_before = fields.List(Id(), load_default=None, allow_none=True)


def change_grant_posts(session: Session, act: Act, command: ChangeGrantPosts) -> Grant:
    """The grant, whose vacancy money counts with the posts it has now, from the first day of its period on.

    The same posts again change nothing. Raises Refused: posts_changed, other_baustein, double_funding, more_than_granted; NotFound:
    grant_unknown, post_unknown.
    """
    grant = grant_for_update(session, command.grant)
    lines = {line.post_id: line for line in lines_of(session, grant.id)}
    if command.posts_before is not None and set(command.posts_before) != set(lines):
        words = "Inzwischen wurden die Stellen dieser Bewilligung geändert. Bitte ansehen, was jetzt gilt, und noch einmal ankreuzen."
        raise Refused("posts_changed", words)
    added, removed = set(command.posts) - set(lines), set(lines) - set(command.posts)
    if not added and not removed:
        return grant
    for post_id in removed:
        session.delete(lines[post_id])
    session.flush()
    pay_posts(session, grant, added)
    must_not_exceed(session, grant)
    change = GrantPostsChange(
        id=new_id(),
        grant_id=grant.id,
        at=act.at,
        by=act.actor.name,
        added=_numbers(session, added),
        removed=_numbers(session, removed),
        document=command.document,
    )
    session.add_all((change, Entered.in_act(act, GRANT_POSTS, grant.id, change.id)))
    session.flush()
    return grant


def _numbers(session: Session, post_ids: set[str]) -> str:
    return ", ".join(sorted(post_by_id(session, post_id).number for post_id in post_ids))
