"""Consents: recorded and revoked."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_referral.api.schemas import ConsentListSchema, ConsentSchema
from kim_referral.model.consent import Consent
from kim_referral.model.seen import consent_seen, recent_consents
from kim_referral.operations.record_consent import RecordConsent, RecordConsentSchema, record_consent
from kim_referral.operations.revoke_consent import RevokeConsent, RevokeConsentSchema, revoke_consent
from kim_referral.relation import seen

api = JsonDoor("consents", __name__, description="What people agreed to have told, to whom and until when.")


@api.route("/")
class Consents(MethodView):
    @api.guard("consent.see")
    @api.response(200, ConsentListSchema)
    def get(self) -> dict[str, Any]:
        """The consents recorded last, of those one may see."""
        with see() as (session, _act):
            items = recent_consents(session, seen())
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("consent.record")
    @api.arguments(RecordConsentSchema)
    @api.response(201, ConsentSchema)
    def post(self, command: RecordConsent) -> Any:
        """Record a consent; the same id a second time answers the first."""
        with act_on() as (session, act):
            made = record_consent(session, act, command)
            consent_seen(session, seen(), made.id)
        return made, 201, {"Location": f"/api/consents/{made.id}"}


@api.route("/revocations")
class Revocations(MethodView):
    @api.guard("consent.revoke")
    @api.arguments(RevokeConsentSchema)
    @api.response(200, ConsentSchema)
    def post(self, command: RevokeConsent) -> Consent:
        """Revoke a consent: nothing more is told under it, and whoever was told is informed."""
        with act_on() as (session, act):
            consent_seen(session, seen(), command.consent_id)
            return revoke_consent(session, act, command)


@api.route("/<id>")
class One(MethodView):
    @api.guard("consent.see")
    @api.response(200, ConsentSchema)
    def get(self, id: str) -> Consent:
        """One consent."""
        with see() as (session, _act):
            found = consent_seen(session, seen(), id)
            session.expunge_all()
            return found
