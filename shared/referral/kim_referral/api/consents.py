"""Consents: recorded and revoked."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_referral.api.schemas import ConsentListSchema, ConsentSchema
from kim_referral.model.consent import Consent, consent_by_id, recent_consents
from kim_referral.operations.record_consent import RecordConsent, RecordConsentSchema, record_consent
from kim_referral.operations.revoke_consent import RevokeConsent, RevokeConsentSchema, revoke_consent

api = JsonDoor("consents", __name__, description="What people agreed to have told, to whom and until when.")


@api.route("/")
class Consents(MethodView):
    @api.guard("consent.see")
    @api.response(200, ConsentListSchema)
    def get(self) -> dict[str, Any]:
        """The consents recorded last."""
        with see() as (session, _act):
            items = recent_consents(session)
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("consent.record")
    @api.arguments(RecordConsentSchema)
    @api.response(201, ConsentSchema)
    def post(self, command: RecordConsent) -> Any:
        """Record a consent; the same id a second time answers the first."""
        with act_on() as (session, act):
            made = record_consent(session, act, command)
        return made, 201, {"Location": f"/api/consents/{made.id}"}


@api.route("/revocations")
class Revocations(MethodView):
    @api.guard("consent.revoke")
    @api.arguments(RevokeConsentSchema)
    @api.response(200, ConsentSchema)
    def post(self, command: RevokeConsent) -> Consent:
        """Revoke a consent: nothing more is told under it, and whoever was told is informed."""
        with act_on() as (session, act):
            return revoke_consent(session, act, command)


@api.route("/<id>")
class One(MethodView):
    @api.guard("consent.see")
    @api.response(200, ConsentSchema)
    def get(self, id: str) -> Consent:
        """One consent."""
        with see() as (session, _act):
            found = consent_by_id(session, id)
            session.expunge_all()
            return found
