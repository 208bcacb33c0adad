"""Messages that wait for somebody to look, for an operator's programs: never what they say."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_bus import parked
from kim_events.fields import Moment, StrictInt, Text
from kim_web.json_door import JsonDoor, Page, list_of
from kim_web.page import act_on, see
from marshmallow import Schema, fields

from kim_service.interventions import (
    DiscardMessage,
    DiscardMessageSchema,
    RetryAll,
    RetryAllSchema,
    discard_message,
    retry_all,
    retry_message,
)
from kim_service.place import after, as_cursor


class MessageSchema(Schema):
    """A message that waits."""

    event_id = fields.String(required=True)
    arrived = fields.Boolean(
        required=True, metadata={"description": "true: it came in and cannot take effect; false: it cannot leave the house"}
    )
    name = fields.String(required=True, metadata={"description": "event type"})
    sender = fields.String(required=True, metadata={"description": "mailbox"})
    recipient = fields.String(required=True, metadata={"description": "mailbox, organisation, or all"})
    subject = fields.String(required=True, metadata={"description": "id of the thing it is about"})
    subjectversion = StrictInt(required=True)
    since = Moment(required=True, metadata={"description": "when it came in, or was given up"})
    attempts = StrictInt(required=True)
    reason = fields.String(required=True, metadata={"description": "a code, a class of errors, or names of fields; never a value"})


class MessageQuery(Page):
    """Ids of others' events may be longer than ours, and stand in the cursor."""

    cursor = Text(longest=400, metadata={"description": "`next` of the page before"})


MessageListSchema = list_of(MessageSchema)


class InterventionSchema(Schema):
    """What somebody did to a message."""

    at = Moment(required=True)
    actor = fields.String(required=True, metadata={"description": "id of who did it"})
    action = fields.String(required=True, metadata={"description": "retry or discard"})
    because = fields.String(required=True)


class OneMessageSchema(MessageSchema):
    """A message that waits, and what was done to it before."""

    interventions = fields.List(fields.Nested(InterventionSchema), required=True)


class CauseSchema(Schema):
    """What messages wait for."""

    arrived = fields.Boolean(required=True, metadata={"description": "as of a message"})
    reason = fields.String(required=True, metadata={"description": "as of a message"})
    count = StrictInt(required=True, metadata={"description": "how many wait for it"})
    since = Moment(required=True, metadata={"description": "since when the oldest of them waits"})


class CauseListSchema(Schema):
    items = fields.List(fields.Nested(CauseSchema), required=True)


class RetriedSchema(Schema):
    count = StrictInt(required=True, metadata={"description": "how many are tried again, at most 1,000 at once"})


api = JsonDoor("parked", __name__, description="Messages that wait for an operator: parked on arrival, or stuck on their way out.")


@api.route("/")
class Messages(MethodView):
    @api.guard("parked.see")
    @api.arguments(MessageQuery, location="query")
    @api.response(200, MessageListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """All that waits, oldest first."""
        with see() as (session, _act):
            found = parked.waiting(session, query["limit"] + 1, after(query.get("cursor", "")))
        items = found[: query["limit"]]
        return {"items": items, "next": as_cursor(items[-1]) if len(found) > len(items) else None}


@api.route("/causes")
class Causes(MethodView):
    @api.guard("parked.see")
    @api.response(200, CauseListSchema)
    def get(self) -> dict[str, Any]:
        """What they wait for, with how many for each reason."""
        with see() as (session, _act):
            return {"items": parked.causes(session)}


@api.route("/retries")
class Retries(MethodView):
    @api.guard("parked.settle")
    @api.arguments(RetryAllSchema)
    @api.response(200, RetriedSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, command: RetryAll) -> dict[str, Any]:
        """Try again all that wait for one reason, at most a thousand; ask again for the rest."""
        with act_on() as (session, act):
            return {"count": retry_all(session, act, command)}


@api.route("/<path:event_id>")
class Message(MethodView):
    @api.guard("parked.see")
    @api.response(200, OneMessageSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, event_id: str) -> dict[str, Any]:
        """One of them, with what was done to it before."""
        with see() as (session, _act):
            found, before = parked.show(session, event_id)
        return {**{name: getattr(found, name) for name in MessageSchema().fields}, "interventions": before}


@api.route("/<path:event_id>/retry")
class Retry(MethodView):
    @api.guard("parked.settle")
    @api.response(204)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, event_id: str) -> None:
        """Try it again now. It takes effect at most once, however often it is tried."""
        with act_on() as (session, act):
            retry_message(session, act, event_id)


@api.route("/<path:event_id>/discard")
class Discard(MethodView):
    @api.guard("parked.settle")
    @api.arguments(DiscardMessageSchema)
    @api.response(204)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, command: DiscardMessage, event_id: str) -> None:
        """Give it up for good, with the reason. It never takes effect; its content is deleted."""
        with act_on() as (session, act):
            discard_message(session, act, event_id, command)
