"""Hand-overs under one roof."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_intake.api.schemas import HandOverListSchema, HandOverQuery, HandOverSchema
from kim_intake.model.hand_over import HandOver, no_such_hand_over, waiting_for
from kim_intake.operations.hand_over import HandOverConsultation, HandOverConsultationSchema, hand_over
from kim_intake.operations.note_feedback import NoteFeedbackSchema, note_feedback
from kim_intake.operations.take_hand_over import TakeHandOver, take_hand_over
from kim_intake.operations.withdraw_hand_over import WithdrawHandOverSchema, withdraw_hand_over

api = JsonDoor("hand-overs", __name__, description="Families handed over to the next body under the same roof; no name, no reason.")


@api.route("/")
class HandOvers(MethodView):
    @api.guard("hand_over.see")
    @api.arguments(HandOverQuery, location="query")
    @api.response(200, HandOverListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Who waits for a counselling service at a site, longest first."""
        with see() as (session, act):
            items = waiting_for(session, act, query["site"], query["service"])
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("hand_over.make")
    @api.arguments(HandOverConsultationSchema)
    @api.response(201, HandOverSchema)
    def post(self, command: HandOverConsultation) -> Any:
        """Hand a family over; the same id a second time answers the first."""
        with act_on() as (session, act):
            made = hand_over(session, act, command)
        return made, 201, {"Location": f"/api/hand-overs/{made.id}"}


@api.route("/<id>")
class One(MethodView):
    @api.guard("hand_over.see")
    @api.response(200, HandOverSchema)
    def get(self, id: str) -> HandOver:
        """One hand-over."""
        with see() as (session, _act):
            one = found("hand_over.see", session.get(HandOver, id), no_such_hand_over)
            session.expunge_all()
            return one


@api.route("/<id>/taken")
class Taken(MethodView):
    @api.guard("hand_over.take")
    @api.response(200, HandOverSchema)
    def put(self, id: str) -> HandOver:
        """Take the family; 409 when another desk was faster."""
        with act_on() as (session, act):
            return take_hand_over(session, act, TakeHandOver(id))


api.acts("/withdrawals", "hand_over.make", WithdrawHandOverSchema, withdraw_hand_over, HandOverSchema)
api.acts("/feedback", "hand_over.make", NoteFeedbackSchema, note_feedback, HandOverSchema)
