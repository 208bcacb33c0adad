"""Opening a case that is closed to one, in an emergency."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_protection.doors import open_now
from kim_web.json_door import JsonDoor

from kim_casework.api.schemas import EmergencySchema
from kim_casework.operations.open_in_emergency import OPENING, OpenInEmergency, OpenInEmergencySchema

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
        opened = open_now(OPENING, command)
        return opened, 201, {"Location": url_for("api_cases.One", id=opened.case_id)}
