"""Find what happened at a site for an actor: what happened at a site that is not theirs does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation, consultation
from kim_intake.model.hand_over import HandOver, hand_over
from kim_intake.model.proposal import AdmissionProposal, proposal
from kim_intake.rules.permissions import may_at_site


def consultation_to_see(session: Session, act: Act, consultation_id: str, *, locked: bool = False) -> Consultation:
    """Raises NotFound for a consultation that does not exist, or not for this actor; both read the same."""
    found = consultation(session, consultation_id, locked=locked)
    if not may_at_site(act.actor, "consultation.see", found.site_id):
        raise NotFound("no_such_consultation", "Diese Beratung gibt es nicht.", "consultation_id")
    return found


def hand_over_to_see(session: Session, act: Act, hand_over_id: str, *, locked: bool = False) -> HandOver:
    """Raises NotFound for a hand-over that does not exist, or not for this actor."""
    found = hand_over(session, hand_over_id, locked=locked)
    if not may_at_site(act.actor, "hand_over.see", found.site_id):
        raise NotFound("no_such_hand_over", "Diese Weitergabe gibt es nicht.", "hand_over_id")
    return found


def proposal_to_see(session: Session, act: Act, proposal_id: str, *, locked: bool = False) -> AdmissionProposal:
    """Raises NotFound for a proposal that does not exist, or not for this actor."""
    found = proposal(session, proposal_id, locked=locked)
    if not may_at_site(act.actor, "proposal.see", found.site_id):
        raise NotFound("no_such_proposal", "Diesen Vorschlag gibt es nicht.", "proposal_id")
    return found
