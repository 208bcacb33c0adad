"""Referrals received from other bodies."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_protection.api import closing_resources, emergency_resource
from kim_runtime.command import CommandSchema
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
from kim_referral.operations.complete_referral import CompleteReferralSchema, complete_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawalSchema, confirm_withdrawal
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.protect_received import CLOSING, OPENING
from kim_referral.relation import Operation, check_about, check_received, once_told, shown_received, told

api = JsonDoor("received-referrals", __name__, description="People other bodies referred here, and our answers.", of_files=True)
closing_resources(api, CLOSING, ProtectedReferralSchema, check_received)
emergency_resource(api, OPENING, ReferralEmergencySchema)


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


def _act(address: str, schema: type[CommandSchema], operation: Operation) -> None:
    checked = once_told("received_referral.answer", ReceivedReferral, "received_id", operation)
    api.acts(address, "received_referral.answer", schema, checked, ReceivedReferralSchema)


_act("/outcomes", CompleteReferralSchema, complete_referral)
_act("/confirmations", ConfirmWithdrawalSchema, confirm_withdrawal)


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
