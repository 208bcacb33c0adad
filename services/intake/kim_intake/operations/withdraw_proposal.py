"""Take a proposal for case management back before it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.entered import PROPOSAL_WITHDRAWN
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.operations.find_at_site import proposal_for
from kim_intake.operations.propose_admission import tell


@dataclass(frozen=True, slots=True)
class WithdrawProposal:
    proposal_id: str


class WithdrawProposalSchema(CommandSchema):
    command = WithdrawProposal
    proposal_id = Id(required=True)


def withdraw_proposal(session: Session, act: Act, command: WithdrawProposal) -> AdmissionProposal:
    """Withdraw, and tell casework, which then shows nothing of the person any more. Raises Refused once answered, NotFound."""
    withdrawn = proposal_for(session, act, command.proposal_id, "proposal.make")
    if withdrawn.state == "withdrawn":
        return withdrawn
    if withdrawn.state != "proposed":
        raise Refused("already_answered", "Zurückziehen geht nicht mehr: der Vorschlag ist beantwortet.")
    withdraw(session, act, withdrawn)
    session.add(Entered.in_act(act, PROPOSAL_WITHDRAWN, withdrawn.id))
    return withdrawn


def withdraw(session: Session, act: Act, proposal: AdmissionProposal) -> None:
    """Take back one without an answer, whoever made it."""
    proposal.state = "withdrawn"
    proposal.version += 1
    session.flush()
    tell(session, act, proposal)
