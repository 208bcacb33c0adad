"""Consultations."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_intake.api.schemas import ConsultationListSchema, ConsultationSchema, ListQuery
from kim_intake.model.consultation import Consultation, consultations_after, no_such_consultation
from kim_intake.operations.record_consultation import RecordConsultation, RecordConsultationSchema, record_consultation

api = JsonDoor("consultations", __name__, description="Consultations recorded at the desks of this house.")


@api.route("/")
class Consultations(MethodView):
    @api.guard("consultation.list")
    @api.arguments(ListQuery, location="query")
    @api.response(200, ConsultationListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Consultations the caller may see, of their sites, in the order recorded; of a day or a site if named."""
        with see() as (session, act):
            items, following = consultations_after(
                session, act, day=query.get("day"), site_id=query.get("site"), after=query.get("cursor"), limit=query["limit"]
            )
            session.expunge_all()
            return {"items": items, "next": following}

    @api.guard("consultation.record")
    @api.arguments(RecordConsultationSchema)
    @api.response(201, ConsultationSchema)
    def post(self, command: RecordConsultation) -> Any:
        """Record a consultation; the same id a second time answers the first."""
        with act_on() as (session, act):
            recorded = record_consultation(session, act, command)
        return recorded, 201, {"Location": url_for("api_consultations.One", id=recorded.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("consultation.see")
    @api.response(200, ConsultationSchema)
    def get(self, id: str) -> Consultation:
        """One consultation."""
        with see() as (session, _act):
            talk = found("consultation.see", session.get(Consultation, id), no_such_consultation)
            session.expunge_all()
            return talk
