"""Proposals for admission to case management."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, found, see

from kim_intake.api.schemas import ProposalListSchema, ProposalSchema
from kim_intake.model.proposal import AdmissionProposal, no_such_proposal, proposals
from kim_intake.operations.propose_admission import ProposeAdmission, ProposeAdmissionSchema, propose_admission
from kim_intake.operations.withdraw_proposal import WithdrawProposalSchema, withdraw_proposal

api = JsonDoor("proposals", __name__, description="People proposed for case management, and what casework answered.", of_files=True)


@api.route("/")
class Proposals(MethodView):
    @api.guard("proposal.see")
    @api.response(200, ProposalListSchema)
    def get(self) -> dict[str, Any]:
        """The proposals of the caller's sites, those without an answer first."""
        with see() as (session, act):
            items = proposals(session, act)
            session.expunge_all()
            return {"items": items, "next": None}

    @api.guard("proposal.make")
    @api.arguments(ProposeAdmissionSchema)
    @api.response(201, ProposalSchema)
    def post(self, command: ProposeAdmission) -> Any:
        """Propose a person; the same id a second time answers the first."""
        with act_on() as (session, act):
            made = propose_admission(session, act, command)
        return made, 201, {"Location": f"/api/proposals/{made.id}"}


@api.route("/<id>")
class One(MethodView):
    @api.guard("proposal.see")
    @api.response(200, ProposalSchema)
    def get(self, id: str) -> AdmissionProposal:
        """One proposal."""
        with see() as (session, _act):
            one = found("proposal.see", session.get(AdmissionProposal, id), no_such_proposal)
            session.expunge_all()
            return one


api.acts("/withdrawals", "proposal.make", WithdrawProposalSchema, withdraw_proposal, ProposalSchema)
