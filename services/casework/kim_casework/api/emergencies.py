"""Opening a case that is closed to one, in an emergency."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_runtime.refusal import NotFound
from kim_web.audit import note_entry, note_refusal
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_casework.api.schemas import EmergencySchema
from kim_casework.model.case import id_of_number
from kim_casework.operations.open_in_emergency import OpenInEmergency, OpenInEmergencySchema, open_in_emergency

api = JsonDoor("emergencies", __name__, description="Opening a case in an emergency, with a reason, for an hour.")


@api.route("/")
class Emergencies(MethodView):
    @api.guard("case.open_in_emergency")
    @api.arguments(OpenInEmergencySchema)
    @api.response(201, EmergencySchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: OpenInEmergency) -> Any:
        """See a case for an hour. Who looks after it learns of it, and so does the audit."""
        try:
            with act_on() as (session, act):
                opened = open_in_emergency(session, act, command)
                note_entry(session, "case.open_in_emergency", f"cases:{opened.case_id}", opened.reason)
        except NotFound:
            with see() as (session, _act):
                note_refusal(f"cases:{id_of_number(session, command.number) or '?'}")
            raise
        return opened, 201, {"Location": url_for("api_cases.One", id=opened.case_id)}
