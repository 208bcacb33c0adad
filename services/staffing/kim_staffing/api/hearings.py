"""Co-determination: what the body that has a say was asked, and what it answered."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import HearingListSchema, HearingSchema
from kim_staffing.model.hearing import hearings
from kim_staffing.operations.ask_council import (
    AskCouncil,
    AskCouncilSchema,
    RecordCouncilAnswerSchema,
    ask_council,
    record_council_answer,
)

api = JsonDoor("hearings", __name__, description="What the body that has a say was asked about extensions, and what it answered.")


@api.route("/")
class Hearings(MethodView):
    @api.guard("council.see")
    @api.response(200, HearingListSchema)
    def get(self) -> dict[str, Any]:
        """All of them, the newest first."""
        with see() as (session, _act):
            return {"items": kept(session, hearings(session)), "next": None}

    @api.guard("council.record")
    @api.arguments(AskCouncilSchema)
    @api.response(201, HearingSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: AskCouncil) -> Any:
        """Note that the body was asked; the same id a second time answers the first."""
        with act_on() as (session, act):
            return ask_council(session, act, command), 201, {"Location": "/api/hearings/"}


Answers = api.acts("/answers", "council.record", RecordCouncilAnswerSchema, record_council_answer, HearingSchema)
