"""Contracts that end, with their gate; and what is recorded about an extension."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_runtime.refusal import NotFound
from kim_web.json_door import JsonDoor, as_list
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import ContractListSchema, ContractSchema, EndingListSchema, EndingSchema
from kim_staffing.model.contract import Contract
from kim_staffing.model.ending import ending_contract, ending_contracts
from kim_staffing.operations.add_remark import AddRemarkSchema, add_remark
from kim_staffing.operations.change_end_date import ChangeEndDateSchema, change_end_date
from kim_staffing.operations.draft_extension import DraftExtension, DraftExtensionSchema, draft_extension
from kim_staffing.operations.extend_contract import ExtendContractSchema, extend_contract
from kim_staffing.operations.hand_over_letter import (
    HandOverLetter,
    HandOverLetterSchema,
    MakeLettersSchema,
    hand_over_letter,
    make_letters,
)
from kim_staffing.operations.hire import Hire, HireSchema, hire
from kim_staffing.operations.record_late import RecordLate, RecordLateSchema, record_late
from kim_staffing.operations.record_signature import RecordSignature, RecordSignatureSchema, record_signature

api = JsonDoor("contracts", __name__, description="Fixed terms of the own staff, by staff reference.", of_files=True)


@api.route("/")
class Contracts(MethodView):
    @api.guard("contract.see")
    @api.response(200, EndingListSchema)
    def get(self) -> dict[str, Any]:
        """Every contract that runs or ran, by its end, with its six lamps as of today."""
        with see() as (session, act):
            return {"items": kept(session, ending_contracts(session, act.today)), "next": None}

    @api.guard("contract.record")
    @api.arguments(HireSchema)
    @api.response(201, ContractSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: Hire) -> Any:
        """Hire somebody: person, fixed term and occupancy in one; the same id a second time answers the first."""
        with act_on() as (session, act):
            hired = hire(session, act, command)
        return hired, 201, {"Location": url_for("api_contracts.One", id=hired.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("contract.see")
    @api.response(200, EndingSchema)
    def get(self, id: str) -> Any:
        """One contract that runs or ran."""
        with see() as (session, act):
            ending = ending_contract(session, id, act.today)
            if ending is None:
                raise NotFound("contract_unknown", "Diesen Vertrag gibt es hier nicht.")
            return kept(session, ending)


@api.route("/drafts")
class Drafts(MethodView):
    @api.guard("contract.record")
    @api.arguments(DraftExtensionSchema)
    @api.response(201, ContractSchema)
    def post(self, command: DraftExtension) -> Any:
        """Draft an extension; the same id a second time answers the first."""
        with act_on() as (session, act):
            drafted = draft_extension(session, act, command)
        return drafted, 201, {"Location": url_for("api_contracts.One", id=drafted.previous_id)}


@api.route("/signatures")
class Signatures(MethodView):
    @api.guard("contract.record")
    @api.arguments(RecordSignatureSchema)
    @api.response(200, ContractSchema)
    def post(self, command: RecordSignature) -> Contract:
        """Record dates of a drafted extension; the last one completes it."""
        with act_on() as (session, act):
            return record_signature(session, act, command)


@api.route("/too-late")
class TooLate(MethodView):
    @api.guard("contract.record")
    @api.arguments(RecordLateSchema)
    @api.response(200, ContractSchema)
    def post(self, command: RecordLate) -> Contract:
        """Record that an extension was not complete before the old end. It cannot be changed afterwards."""
        with act_on() as (session, act):
            return record_late(session, act, command)


@api.route("/letters")
class Letters(MethodView):
    @api.guard("contract.record")
    @api.arguments(HandOverLetterSchema)
    @api.response(200, ContractSchema)
    def post(self, command: HandOverLetter) -> Contract:
        """Record that the letter on registering as job-seeking (§ 38 SGB III) was handed over."""
        with act_on() as (session, act):
            return hand_over_letter(session, act, command)


Remarks = api.acts("/remarks", "contract.record", AddRemarkSchema, add_remark, ContractSchema)
Ends = api.acts("/ends", "contract.record", ChangeEndDateSchema, change_end_date, ContractSchema)
Extensions = api.acts("/extensions", "contract.record", ExtendContractSchema, extend_contract, ContractSchema)
MadeLetters = api.acts("/letters/made", "contract.record", MakeLettersSchema, as_list(make_letters), ContractListSchema)
