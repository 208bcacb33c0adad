"""Casework has decided on a proposal."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.database import locked
from sqlalchemy.orm import Session

from kim_intake.model.proposal import AdmissionProposal

STATES = {"admitted": "admitted", "declined": "declined"}


def admission_decided(session: Session, act: Act, event: Received) -> None:
    """Show the answer at the proposal (the subject is its id). An older answer than the one read changes nothing."""
    proposal = locked(session, AdmissionProposal, event.subject)
    if proposal is None or event.version <= proposal.answer_version:
        return
    proposal.answer_version = event.version
    proposal.state = STATES[event.data["decision"]]
    proposal.decided_on = event.data["decided_on"]
    proposal.case_number = event.data["case_number"]
    proposal.decline_reason = event.data["reason"]
