"""Consultations."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_protection.colleagues import require_known
from kim_protection.doors import note_protected
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_intake.api.schemas import ConsultationListSchema, ConsultationSchema, ListQuery, ReturnCodeSchema, VisitorSchema
from kim_intake.model.consultation import Consultation, consultations_after, no_such_consultation
from kim_intake.model.sight import is_closed
from kim_intake.operations.correct_consultation import CorrectConsultationSchema, correct_consultation
from kim_intake.operations.edit_consultation import EditConsultationSchema, edit_consultation
from kim_intake.operations.issue_code import IssueCodeSchema, issue_code
from kim_intake.operations.link_consultation import LinkConsultationSchema, link_consultation
from kim_intake.operations.protect_visitor import ProtectVisitor, ProtectVisitorSchema, protect_visitor
from kim_intake.operations.record_consultation import RecordConsultation, RecordConsultationSchema, record_consultation

api = JsonDoor("consultations", __name__, description="Consultations recorded at the desks of this house.", of_files=True)


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
            require_known(session, command.protect_subject, "protect_subject")
            recorded = record_consultation(session, act, command)
            if command.protect_reason and is_closed(session, recorded):
                note_protected(session, "client.protect", f"clients:{recorded.client_id}")
        return recorded, 201, {"Location": url_for("api_consultations.One", id=recorded.id)}


@api.route("/protections")
class Protections(MethodView):
    @api.guard("visitor.protect")
    @api.arguments(ProtectVisitorSchema)
    @api.response(200, VisitorSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ProtectVisitor) -> Any:
        """Take up who a consultation was with, by a return code and no name, and close that record in the same step."""
        with act_on() as (session, act):
            require_known(session, command.subject)
            person = protect_visitor(session, act, command)
            note_protected(session, "client.protect", f"clients:{person.id}")
            return {"thing_id": person.id, "code": person.code, "protected": True}


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


api.acts("/edits", "consultation.correct", EditConsultationSchema, edit_consultation, ConsultationSchema)
api.acts("/corrections", "consultation.correct", CorrectConsultationSchema, correct_consultation, ConsultationSchema)
api.acts("/codes", "client.register", IssueCodeSchema, issue_code, ReturnCodeSchema)
api.acts("/links", "client.register", LinkConsultationSchema, link_consultation, ConsultationSchema)
