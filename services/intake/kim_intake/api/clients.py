"""People who can be found again: registering one, closing their record to the desk, lifting that, and opening one in an emergency."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_protection.api import closing_resources, emergency_resource
from kim_protection.colleagues import require_known
from kim_protection.doors import note_protected
from kim_referral.model.consent import Consent
from kim_referral.relation import told
from kim_web.json_door import JsonDoor
from kim_web.page import act_on

from kim_intake.api.schemas import EmergencySchema, ProtectedSchema, VisitorSchema
from kim_intake.model.sight import is_closed
from kim_intake.operations.open_in_emergency import OPENING
from kim_intake.operations.protect_client import CLOSING
from kim_intake.operations.protect_visitor import ProtectDeclared, ProtectDeclaredSchema, protect_declared
from kim_intake.operations.register_client import RegisterClient, RegisterClientSchema, register_client

api = JsonDoor("clients", __name__, description="Records of people: made, closed to the desk, and opened in an emergency.")
closing_resources(api, CLOSING, ProtectedSchema)
emergency_resource(api, OPENING, EmergencySchema)


@api.route("/")
class Clients(MethodView):
    @api.guard("client.register")
    @api.arguments(RegisterClientSchema)
    @api.response(201, VisitorSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: RegisterClient) -> Any:
        """Register a person who agreed to be known by name, or put a name to a return code; the same id a second time answers the first."""
        with act_on() as (session, act):
            require_known(session, command.protect_subject, "protect_subject")
            person = register_client(session, act, command)
            closed = is_closed(session, person)
            if command.protect_reason and closed:
                note_protected(session, "client.protect", f"clients:{person.id}")
            return {"thing_id": person.id, "code": person.code, "protected": closed}


@api.route("/visitors")
class Visitors(MethodView):
    @api.guard("visitor.protect")
    @api.arguments(ProtectDeclaredSchema)
    @api.response(200, VisitorSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ProtectDeclared) -> Any:
        """Take up who gave a consent without a talk, by a return code and no name, and close that record in the same step."""
        with act_on() as (session, act):
            consent = told(session, "consent.revoke", Consent, command.thing_id)
            require_known(session, command.subject)
            person = protect_declared(session, act, command, consent)
            note_protected(session, "client.protect", f"clients:{person.id}")
            return {"thing_id": person.id, "code": person.code, "protected": True}
