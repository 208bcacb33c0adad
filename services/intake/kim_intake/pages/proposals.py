"""Vorschläge: whom this house proposed for case management, and what casework answered."""

from __future__ import annotations

from kim_web.language import _
from kim_web.page import Pages, pressed, redirect_to, render, see
from werkzeug.wrappers import Response

from kim_intake.model import proposal
from kim_intake.operations.withdraw_proposal import WithdrawProposal, withdraw_proposal
from kim_intake.pages import words
from kim_intake.rules.codes import DECLINE_REASONS, PROPOSAL_STATES

pages = Pages("proposals", __name__)


@pages.get("/vorschlaege")
@pages.guard("proposal.see")
def listed() -> str:
    with see() as (session, act):
        return render(
            "intake/proposals.html",
            proposals=proposal.proposals(session, act),
            states=PROPOSAL_STATES,
            reasons=DECLINE_REASONS,
            words=words,
        )


@pages.post("/vorschlaege/<id>/zurueckziehen")
@pages.guard("proposal.make")
def withdraw(id: str) -> Response:
    if against := pressed(withdraw_proposal, WithdrawProposal(id)):
        return redirect_to("proposals.listed", said=against, tone="warning")
    return redirect_to("proposals.listed", said=_("Zurückgezogen. Das Case Management sieht die Person nicht mehr."))
