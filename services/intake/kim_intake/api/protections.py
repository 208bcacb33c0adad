"""Closing a person's record to the desk, lifting that, and opening one in an emergency."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_protection.colleagues import require_known
from kim_protection.doors import note_protected, open_now
from kim_referral.model.consent import Consent
from kim_referral.relation import told
from kim_web.audit import note_entry
from kim_web.json_door import JsonDoor
from kim_web.page import act_on

from kim_intake.api.schemas import EmergencySchema, ProtectedSchema, VisitorSchema
from kim_intake.operations.open_in_emergency import OPENING, OpenRecordInEmergency, OpenRecordInEmergencySchema
from kim_intake.operations.protect_client import (
    LiftClientProtection,
    LiftClientProtectionSchema,
    ProtectClient,
    ProtectClientSchema,
    lift_client_protection,
    protect_client,
)
from kim_intake.operations.protect_visitor import ProtectDeclared, ProtectDeclaredSchema, protect_declared

api = JsonDoor("clients", __name__, description="Records of people closed to the desk, and opening one in an emergency.")


@api.route("/protections")
class Protections(MethodView):
    @api.guard("client.protect")
    @api.arguments(ProtectClientSchema)
    @api.response(200, ProtectedSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ProtectClient) -> Any:
        """Close the record; a second time changes nothing."""
        with act_on() as (session, act):
            require_known(session, command.subject)
            protect_client(session, act, command)
            note_entry(session, "client.protect", f"clients:{command.client_id}", "")
        return {"client": command.client_id, "protected": True}


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
            consent = told(session, "consent.revoke", Consent, command.consent_id)
            require_known(session, command.subject)
            person = protect_declared(session, act, command, consent)
            note_protected(session, "client.protect", f"clients:{person.id}")
            return {"client": person.id, "code": person.code, "protected": True}


@api.route("/liftings")
class Liftings(MethodView):
    @api.guard("client.unprotect")
    @api.arguments(LiftClientProtectionSchema)
    @api.response(200, ProtectedSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, command: LiftClientProtection) -> Any:
        """Open the record to the desk again."""
        with act_on() as (session, act):
            lift_client_protection(session, act, command)
            note_entry(session, "client.unprotect", f"clients:{command.client_id}", "")
        return {"client": command.client_id, "protected": False}


@api.route("/emergencies")
class Emergencies(MethodView):
    @api.guard("client.open_in_emergency")
    @api.arguments(OpenRecordInEmergencySchema)
    @api.response(201, EmergencySchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: OpenRecordInEmergency) -> Any:
        """See a record for an hour. Who keeps it learns of it, and so does the audit."""
        return open_now(OPENING, command), 201
