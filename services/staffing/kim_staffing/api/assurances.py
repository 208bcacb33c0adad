"""Funding assurances."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor, as_list
from kim_web.page import act_on, see

from kim_staffing.api.rows import kept
from kim_staffing.api.schemas import AssuranceListSchema, AssuranceRecordedSchema, ContractListSchema
from kim_staffing.model.assurance import assurance_by_id, assurances
from kim_staffing.operations.draft_extension import DraftAllExtensionsSchema, draft_all_extensions
from kim_staffing.operations.record_assurance import RecordAssurance, RecordAssuranceSchema, outcome_of, record_assurance

api = JsonDoor("assurances", __name__, description="What the funder promised, and what it lets be extended.")


@api.route("/")
class Assurances(MethodView):
    @api.guard("assurance.see")
    @api.response(200, AssuranceListSchema)
    def get(self) -> dict[str, Any]:
        """All assurances, the newest document first."""
        with see() as (session, _act):
            return {"items": kept(session, assurances(session)), "next": None}

    @api.guard("assurance.record")
    @api.arguments(RecordAssuranceSchema)
    @api.response(201, AssuranceRecordedSchema)
    def post(self, command: RecordAssurance) -> Any:
        """Record an assurance; the answer lists what can be extended now and what not, and why."""
        with act_on() as (session, act):
            recorded = record_assurance(session, act, command)
        return recorded, 201, {"Location": url_for("api_assurances.One", id=recorded.assurance.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("assurance.see")
    @api.response(200, AssuranceRecordedSchema)
    def get(self, id: str) -> Any:
        """One assurance, and what it lets be extended as things stand."""
        with see() as (session, act):
            return kept(session, outcome_of(session, assurance_by_id(session, id), act.today))


Drafts = api.acts("/drafts", "contract.record", DraftAllExtensionsSchema, as_list(draft_all_extensions), ContractListSchema)
