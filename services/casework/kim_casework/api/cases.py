"""Cases, and what happens to them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.views import MethodView
from kim_web.json_door import JsonDoor, as_list
from kim_web.page import act_on, found, see

from kim_casework.api.schemas import AssignedListSchema, AssignedSchema, CaseListSchema, CaseQuery, CaseSchema, PersonSchema
from kim_casework.model.case import Case, cases_after
from kim_casework.operations.admit_to_case_management import (
    AdmitToCaseManagement,
    AdmitToCaseManagementSchema,
    admit_to_case_management,
)
from kim_casework.operations.assign_case_manager import AssignCaseManagerSchema, ReassignCasesSchema, assign_case_manager, reassign_cases
from kim_casework.operations.close_case import CloseCaseSchema, close_case
from kim_casework.operations.find_case import no_case
from kim_casework.operations.household import AddPersonSchema, add_person
from kim_casework.operations.move_phase import MovePhaseSchema, move_phase
from kim_casework.operations.protect_case import LiftProtectionSchema, ProtectCaseSchema, lift_protection, protect_case
from kim_casework.operations.reopen_case import ReopenCaseSchema, reopen_case

api = JsonDoor("cases", __name__, description="Cases of this house, as far as the caller may see them.", of_files=True)


@api.route("/")
class Cases(MethodView):
    @api.guard("case.list")
    @api.arguments(CaseQuery, location="query")
    @api.response(200, CaseListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The cases the caller may see, by number."""
        with see() as (session, act):
            items, following = cases_after(session, act, state=query.get("state"), after=query.get("cursor"), limit=query["limit"])
            session.expunge_all()
            return {"items": items, "next": following}

    @api.guard("case.admit")
    @api.arguments(AdmitToCaseManagementSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: AdmitToCaseManagement) -> Any:
        """Admit a person; the same id a second time answers the first case."""
        with act_on() as (session, act):
            case = admit_to_case_management(session, act, command)
        return case, 201, {"Location": url_for("api_cases.One", id=case.id)}


@api.route("/<id>")
class One(MethodView):
    @api.guard("case.see")
    @api.response(200, CaseSchema)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, id: str) -> Case:
        """One case."""
        with see() as (session, _act):
            case = found("case.see", session.get(Case, id), no_case)
            session.expunge_all()
            return case


api.acts("/phases", "case.work", MovePhaseSchema, move_phase, CaseSchema)
api.acts("/persons", "case.work", AddPersonSchema, add_person, PersonSchema)
api.acts("/closings", "case.work", CloseCaseSchema, close_case, CaseSchema)
api.acts("/reopenings", "case.work", ReopenCaseSchema, reopen_case, CaseSchema)
api.acts("/assignments", "case.assign", AssignCaseManagerSchema, assign_case_manager, AssignedSchema)
api.acts("/reassignments", "case.assign", ReassignCasesSchema, as_list(reassign_cases), AssignedListSchema)
api.acts("/protections", "case.protect", ProtectCaseSchema, protect_case, AssignedSchema)
api.acts("/liftings", "case.unprotect", LiftProtectionSchema, lift_protection, CaseSchema)
