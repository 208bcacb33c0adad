"""Who holds which post: its beginning, its end, and absences in between."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import OccupancyListSchema, OccupancyQuery, OccupancySchema
from kim_staffing.model.occupancy import occupancies
from kim_staffing.model.post import post_by_id
from kim_staffing.operations.change_return import ChangeReturnSchema, change_return
from kim_staffing.operations.end_occupancy import EndOccupancySchema, NoteAbsenceSchema, end_occupancy, note_absence
from kim_staffing.operations.occupy_post import OccupyPost, OccupyPostSchema, occupy_post

api = JsonDoor("occupancies", __name__, description="Who holds which post, with what share, from when to when; no name.")


@api.route("/")
class Occupancies(MethodView):
    @api.guard("post.see")
    @api.arguments(OccupancyQuery, location="query")
    @api.response(200, OccupancyListSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """All that one post was and is held by, in the order of their beginning."""
        with see() as (session, _act):
            post = post_by_id(session, query["post"])
            return {"items": kept(session, occupancies(session, [post.id])), "next": None}

    @api.guard("post.manage")
    @api.arguments(OccupyPostSchema)
    @api.response(201, OccupancySchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: OccupyPost) -> Any:
        """Put somebody on a post; the same id a second time answers the first."""
        with act_on() as (session, act):
            held = occupy_post(session, act, command)
        return held, 201, {"Location": f"/api/occupancies/?post={held.post_id}"}


Ends = api.acts("/ends", "post.manage", EndOccupancySchema, end_occupancy, OccupancySchema)
Absences = api.acts("/absences", "post.manage", NoteAbsenceSchema, note_absence, OccupancySchema)
Returns = api.acts("/returns", "post.manage", ChangeReturnSchema, change_return, OccupancySchema)
