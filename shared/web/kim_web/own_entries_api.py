"""The JSON door to one's own entries, to what came to oneself, and to what neither of two made."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, fields

from kim_web import entries
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

own_entries_api = JsonDoor("own-entries", __name__, description="Entries of the last hour that somebody else made under one's name.")


class OwnEntrySchema(Schema):
    entry = fields.String(attribute="key", metadata={"description": "kind and id, consultation:0197…"})
    made_at = fields.AwareDateTime()


class OwnEntriesSchema(Schema):
    items = fields.List(fields.Nested(OwnEntrySchema))
    next = fields.String(allow_none=True)


class KnownPersonSchema(Schema):
    id = fields.String()
    name = fields.String()


class KnownPeopleSchema(Schema):
    items = fields.List(fields.Nested(KnownPersonSchema))
    next = fields.String(allow_none=True)


class MoveSchema(Schema):
    id = fields.String()
    entry = fields.Function(lambda row: f"{row.kind}:{row.thing_id}", metadata={"type": "string"})
    made_at = fields.AwareDateTime()
    moved_at = fields.AwareDateTime()
    from_ = fields.String(attribute="from_id", data_key="from")
    to = fields.String(attribute="to_id")
    state = fields.String(metadata={"enum": list(entries.STATES)})


class MovesSchema(Schema):
    items = fields.List(fields.Nested(MoveSchema))
    next = fields.String(allow_none=True)


@own_entries_api.route("/")
class OwnEntries(MethodView):
    @own_entries_api.guard("entry.move")
    @own_entries_api.response(200, OwnEntriesSchema)
    def get(self) -> dict[str, Any]:
        """One's own entries of the last hour."""
        with see() as (session, act):
            items = entries.own_entries(session, act)
            session.expunge_all()
            return {"items": items, "next": None}


@own_entries_api.route("/people")
class People(MethodView):
    @own_entries_api.guard("entry.move")
    @own_entries_api.response(200, KnownPeopleSchema)
    def get(self) -> dict[str, Any]:
        """Whom an entry can be given to: who signed in here lately."""
        with see() as (session, act):
            return {"items": entries.others(session, act), "next": None}


@own_entries_api.route("/moves")
class Moves(MethodView):
    @own_entries_api.guard("entry.move")
    @own_entries_api.response(200, MovesSchema)
    def get(self) -> dict[str, Any]:
        """What came to oneself and waits for an answer."""
        with see() as (session, act):
            return {"items": entries.given_to(session, act.actor.id), "next": None}

    @own_entries_api.guard("entry.move")
    @own_entries_api.arguments(entries.MoveEntriesSchema)
    @own_entries_api.response(201, MovesSchema)
    @own_entries_api.alt_response(404, response="NOT_FOUND")
    @own_entries_api.alt_response(409, response="CONFLICT")
    def post(self, command: entries.MoveEntries) -> dict[str, Any]:
        """Give one's own entries to the person who made them: all or none."""
        with act_on() as (session, act):
            return {"items": entries.move_entries(session, act, command), "next": None}


@own_entries_api.route("/moves/<id>/answer")
class Answer(MethodView):
    @own_entries_api.guard("entry.move")
    @own_entries_api.arguments(entries.AnswerMoveSchema)
    @own_entries_api.response(200, MoveSchema)
    @own_entries_api.alt_response(404, response="NOT_FOUND")
    @own_entries_api.alt_response(409, response="CONFLICT")
    def put(self, command: entries.AnswerMove, id: str) -> Any:
        """Accept what came to oneself, or say it was not oneself either."""
        with act_on() as (session, act):
            return entries.answer_move(session, act, id, command)


@own_entries_api.route("/open")
class OpenMoves(MethodView):
    @own_entries_api.guard("entry.settle")
    @own_entries_api.response(200, MovesSchema)
    def get(self) -> dict[str, Any]:
        """What neither of two made, or the second has not answered in three days."""
        with see() as (session, act):
            return {"items": entries.open_moves(session, act.at), "next": None}


@own_entries_api.route("/open/<id>")
class OpenMove(MethodView):
    @own_entries_api.guard("entry.settle")
    @own_entries_api.arguments(entries.SettleMoveSchema)
    @own_entries_api.response(200, MoveSchema)
    @own_entries_api.alt_response(404, response="NOT_FOUND")
    @own_entries_api.alt_response(409, response="CONFLICT")
    def put(self, command: entries.SettleMove, id: str) -> Any:
        """Say whose an open entry is, or that it could not be found out."""
        with act_on() as (session, act):
            return entries.settle_move(session, act, id, command)
