"""Referrals received from other bodies."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_protection.colleagues import require_known
from kim_protection.doors import open_now
from kim_web.audit import note_entry
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_referral.api.schemas import (
    OpenedReferralSchema,
    OpenReferralSchema,
    ProtectedReferralSchema,
    ReceivedReferralListSchema,
    ReceivedReferralSchema,
    ReferralEmergencySchema,
)
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.answer_referral import AnswerReferral, AnswerReferralSchema, answer_referral
from kim_referral.operations.complete_referral import CompleteReferral, CompleteReferralSchema, complete_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawal, ConfirmWithdrawalSchema, confirm_withdrawal
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.protect_received import (
    OPENING,
    LiftReceivedProtection,
    LiftReceivedProtectionSchema,
    OpenReceivedInEmergency,
    OpenReceivedInEmergencySchema,
    ProtectReceived,
    ProtectReceivedSchema,
    lift_received_protection,
    protect_received,
)
from kim_referral.relation import check_about, shown_received, told

api = JsonDoor("received-referrals", __name__, description="People other bodies referred here, and our answers.", of_files=True)


@api.route("/")
class ReceivedReferrals(MethodView):
    @api.guard("received_referral.list")
    @api.response(200, ReceivedReferralListSchema)
    def get(self) -> dict[str, Any]:
        """What came in: what must be answered soonest first. Nothing of its content."""
        with see() as (session, _act):
            items = shown_received(session)
            session.expunge_all()
            return {"items": items, "next": None}


@api.route("/opened")
class Opened(MethodView):
    @api.guard("received_referral.open")
    @api.arguments(OpenReferralSchema)
    @api.response(200, OpenedReferralSchema)
    def post(self, asked: dict[str, str]) -> ReceivedReferral:
        """Open one: from now on its content has been read."""
        with act_on() as (session, act):
            told(session, "received_referral.open", ReceivedReferral, asked["received_id"])
            return open_referral(session, act, asked["received_id"])


@api.route("/answers")
class Answers(MethodView):
    @api.guard("received_referral.answer")
    @api.arguments(AnswerReferralSchema)
    @api.response(200, ReceivedReferralSchema)
    def post(self, command: AnswerReferral) -> ReceivedReferral:
        """Accept, put on the waiting list, or reject with a reason."""
        with act_on() as (session, act):
            told(session, "received_referral.answer", ReceivedReferral, command.received_id)
            check_about(session, command.about_kind, command.about_id)
            return answer_referral(session, act, command)


@api.route("/outcomes")
class Outcomes(MethodView):
    @api.guard("received_referral.answer")
    @api.arguments(CompleteReferralSchema)
    @api.response(200, ReceivedReferralSchema)
    def post(self, command: CompleteReferral) -> ReceivedReferral:
        """Say what became of an accepted referral."""
        with act_on() as (session, act):
            told(session, "received_referral.answer", ReceivedReferral, command.received_id)
            return complete_referral(session, act, command)


@api.route("/confirmations")
class Confirmations(MethodView):
    @api.guard("received_referral.answer")
    @api.arguments(ConfirmWithdrawalSchema)
    @api.response(200, ReceivedReferralSchema)
    def post(self, command: ConfirmWithdrawal) -> ReceivedReferral:
        """Say whether what was withdrawn is deleted, or restricted and why."""
        with act_on() as (session, act):
            told(session, "received_referral.answer", ReceivedReferral, command.received_id)
            return confirm_withdrawal(session, act, command)


@api.route("/protections")
class Protections(MethodView):
    @api.guard("received_referral.protect")
    @api.arguments(ProtectReceivedSchema)
    @api.response(200, ProtectedReferralSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: ProtectReceived) -> Any:
        """Close one to the desk; a second time changes nothing."""
        with act_on() as (session, act):
            told(session, "received_referral.protect", ReceivedReferral, command.received_id)
            require_known(session, command.subject)
            protect_received(session, act, command)
            note_entry(session, "received_referral.protect", f"received_referrals:{command.received_id}", "")
        return {"received_id": command.received_id, "protected": True}


@api.route("/liftings")
class Liftings(MethodView):
    @api.guard("received_referral.unprotect")
    @api.arguments(LiftReceivedProtectionSchema)
    @api.response(200, ProtectedReferralSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def post(self, command: LiftReceivedProtection) -> Any:
        """Open it to the desk again."""
        with act_on() as (session, act):
            told(session, "received_referral.unprotect", ReceivedReferral, command.received_id)
            lift_received_protection(session, act, command)
            note_entry(session, "received_referral.unprotect", f"received_referrals:{command.received_id}", "")
        return {"received_id": command.received_id, "protected": False}


@api.route("/emergencies")
class Emergencies(MethodView):
    @api.guard("received_referral.open_in_emergency")
    @api.arguments(OpenReceivedInEmergencySchema)
    @api.response(201, ReferralEmergencySchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: OpenReceivedInEmergency) -> Any:
        """Open and see a protected one for an hour. Who closed it learns of it, and so does the audit."""
        return open_now(OPENING, command), 201


@api.route("/<id>")
class One(MethodView):
    @api.guard("received_referral.see")
    @api.response(200, ReceivedReferralSchema)
    def get(self, id: str) -> ReceivedReferral:
        """One received referral, without its content."""
        with see() as (session, _act):
            found = told(session, "received_referral.see", ReceivedReferral, id)
            session.expunge_all()
            return found
