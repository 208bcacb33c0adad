"""Who stands in for whom."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.audit import note_entry
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_casework.api.schemas import CoverListSchema, CoverSchema
from kim_casework.model.cover import Cover, covers_to_come
from kim_casework.operations.cover_for_colleague import EndCover, EndCoverSchema, GiveCover, GiveCoverSchema, end_cover, give_cover

api = JsonDoor("covers", __name__, description="Who stands in for whom, from a day to a day.")


@api.route("/")
class Covers(MethodView):
    @api.guard("cover.see")
    @api.response(200, CoverListSchema)
    def get(self) -> dict[str, Any]:
        """Those of one's team that hold today or later, the next to begin on top."""
        with see() as (session, act):
            items = covers_to_come(session, act)
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("cover.give")
    @api.arguments(GiveCoverSchema)
    @api.response(201, CoverSchema)
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: GiveCover) -> Any:
        """Let a colleague stand in for another; the same id a second time answers the first."""
        with act_on() as (session, act):
            given = give_cover(session, act, command)
            note_entry(session, "cover.give", f"covers:{given.id}", "")
        return given, 201, {"Location": "/api/covers/"}


@api.route("/endings")
class Endings(MethodView):
    @api.guard("cover.end")
    @api.arguments(EndCoverSchema)
    @api.response(200, CoverSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, command: EndCover) -> Cover:
        """End one now."""
        with act_on() as (session, act):
            ended = end_cover(session, act, command)
            note_entry(session, "cover.end", f"covers:{ended.id}", "")
            return ended
