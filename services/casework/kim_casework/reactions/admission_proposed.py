"""Intake proposes an admission, or takes its proposal back."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.database import locked
from sqlalchemy.orm import Session

from kim_casework.model.proposal import WAITING, Proposal


def admission_proposed(session: Session, act: Act, event: Received) -> None:
    """Keep what is said of the person only while it waits for a decision.

    A withdrawal that overtakes its proposal leaves a row without content, so that the proposal, coming later, is not stored.
    """
    said = event.data
    proposal = locked(session, Proposal, event.subject)
    if proposal is None:
        proposal = Proposal(id=event.subject, version=0, state=WAITING, answer_version=0, note="")
        session.add(proposal)
    if event.version <= proposal.version:
        return
    proposal.version = event.version
    proposal.proposed_at, proposal.site = said["proposed_at"], said["site"]
    proposal.consent_given_on, proposal.follow_ups = said["consent_given_on"], said["follow_ups"]
    if proposal.state == WAITING:
        person = said["person"]
        if said["state"] == "withdrawn" or person is None:
            proposal.decide("withdrawn", event.time, event.mailbox)
        else:
            proposal.name, proposal.phone, proposal.birth_year = person["name"], person["phone"], person["birth_year"]
            proposal.languages, proposal.town, proposal.persons = person["languages"], person["town"], person["persons"]
            proposal.need, proposal.topics = said["need"], said["topics"]
    session.flush()
