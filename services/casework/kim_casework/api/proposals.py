"""Proposals for admission."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor
from kim_web.page import act_on, see

from kim_casework.api.schemas import ProposalListSchema, ProposalQuery, ProposalSchema
from kim_casework.model.proposal import Proposal, proposals_after
from kim_casework.operations.decline_admission import DeclineAdmission, DeclineAdmissionSchema, decline_admission

api = JsonDoor(
    "proposals", __name__, description="Whom intake of this house proposes for case management. Admitting one opens a case.", of_files=True
)


@api.route("/")
class Proposals(MethodView):
    @api.guard("proposal.see")
    @api.arguments(ProposalQuery, location="query")
    @api.response(200, ProposalListSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Proposals in the order received, of one state if named."""
        with see() as (session, act):
            items, following = proposals_after(session, act, state=query.get("state"), after=query.get("cursor"), limit=query["limit"])
            session.expunge_all()
            return {"items": items, "next": following}


@api.route("/declinings")
class Declinings(MethodView):
    @api.guard("proposal.decide")
    @api.arguments(DeclineAdmissionSchema)
    @api.response(200, ProposalSchema)
    @api.alt_response(404, response="NOT_FOUND")
    @api.alt_response(409, response="CONFLICT")
    def post(self, command: DeclineAdmission) -> Proposal:
        """Decline a proposal with a reason."""
        with act_on() as (session, act):
            return decline_admission(session, act, command)
