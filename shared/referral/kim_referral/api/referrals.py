"""Referrals sent from here."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_runtime.command import CommandSchema
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see
from sqlalchemy.orm import Session

from kim_referral.api.schemas import PreviewSchema, ReferralListSchema, ReferralSchema
from kim_referral.model.consent import Consent
from kim_referral.model.referral import Referral
from kim_referral.model.seen import sent_referrals
from kim_referral.operations.give_slip import GiveSlip, GiveSlipSchema, give_slip
from kim_referral.operations.note_answer import NoteAnswerSchema, note_answer
from kim_referral.operations.note_outcome import NoteDestroyedSchema, NoteOutcomeSchema, note_destroyed, note_outcome
from kim_referral.operations.preview_referral import Preview, ReferPerson, ReferPersonSchema, preview_referral
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.settle_referral import SettleReferralSchema, settle_referral
from kim_referral.operations.withdraw_referral import WithdrawReferralSchema, withdraw_referral
from kim_referral.previewed import check_previewed
from kim_referral.relation import Operation, check_about, check_giver, once_told, seen, told

api = JsonDoor("referrals", __name__, description="People referred to other bodies, with consent, and what became of it.", of_files=True)


def _check(session: Session, command: ReferPerson) -> None:
    check_about(session, command.about_kind, command.about_id)
    if command.consent_id:
        check_giver(session, told(session, "referral.send", Consent, command.consent_id), "consent_id")


def _made(session: Session, referral: Referral) -> Any:
    """What was made, or already was under this id; then it may be another's."""
    told(session, "referral.send", Referral, referral.id)
    return referral, 201, {"Location": f"/api/referrals/{referral.id}"}


@api.route("/")
class Referrals(MethodView):
    @api.guard("referral.see")
    @api.response(200, ReferralListSchema)
    def get(self) -> dict[str, Any]:
        """What was sent, of what one may see, the newest first."""
        with see() as (session, _act):
            items = sent_referrals(session, seen())
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("referral.send")
    @api.arguments(ReferPersonSchema)
    @api.response(201, ReferralSchema)
    def post(self, command: ReferPerson) -> Any:
        """Refer a person to a body's mailbox; refused without a consent that carries it."""
        with act_on() as (session, act):
            _check(session, command)
            check_previewed(session, act, command)
            return _made(session, refer_person(session, act, command))


@api.route("/previews")
class Previews(MethodView):
    @api.guard("referral.send")
    @api.arguments(ReferPersonSchema)
    @api.response(200, PreviewSchema)
    def post(self, command: ReferPerson) -> Preview:
        """What would be sent, word for word, under the same checks as sending; nothing is kept."""
        with act_on() as (session, act):
            _check(session, command)
            return preview_referral(session, act, command)


@api.route("/letters")
class Letters(MethodView):
    @api.guard("referral.send")
    @api.arguments(ReferPersonSchema)
    @api.response(201, ReferralSchema)
    def post(self, command: ReferPerson) -> Any:
        """Refer a person by letter, under the same consent rules."""
        with act_on() as (session, act):
            _check(session, command)
            check_previewed(session, act, command)
            return _made(session, refer_by_letter(session, act, command))


@api.route("/slips")
class Slips(MethodView):
    @api.guard("referral.send")
    @api.arguments(GiveSlipSchema)
    @api.response(201, ReferralSchema)
    def post(self, command: GiveSlip) -> Any:
        """Send somebody on with a slip that names nobody."""
        with act_on() as (session, act):
            check_about(session, command.about_kind, command.about_id)
            return _made(session, give_slip(session, act, command))


def _act(address: str, action: str, schema: type[CommandSchema], operation: Operation) -> None:
    api.acts(address, action, schema, once_told(action, Referral, "referral_id", operation), ReferralSchema)


_act("/withdrawals", "referral.withdraw", WithdrawReferralSchema, withdraw_referral)
_act("/answers", "referral.note_answer", NoteAnswerSchema, note_answer)
_act("/outcomes", "referral.note_answer", NoteOutcomeSchema, note_outcome)
_act("/destructions", "referral.note_answer", NoteDestroyedSchema, note_destroyed)
_act("/settlements", "referral.note_answer", SettleReferralSchema, settle_referral)


@api.route("/<id>")
class One(MethodView):
    @api.guard("referral.see")
    @api.response(200, ReferralSchema)
    def get(self, id: str) -> Referral:
        """One referral."""
        with see() as (session, _act):
            found = told(session, "referral.see", Referral, id)
            session.expunge_all()
            return found
