"""Decline a proposal for admission, with a structured reason."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_events.types.admission import DECLINE_REASONS
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.proposal import Proposal
from kim_casework.operations.admit_to_case_management import answer_proposal, waiting_proposal


@dataclass(frozen=True, slots=True)
class DeclineAdmission:
    """`reason` is a code of DECLINE_REASONS; `note` stays in the house, and must say more where the reason is `other`."""

    proposal_id: str
    reason: str
    note: str = ""


class DeclineAdmissionSchema(CommandSchema):
    command = DeclineAdmission
    proposal_id = Id(required=True)
    reason = Code(DECLINE_REASONS, required=True, metadata={"label": "Warum nicht?"})
    note = Text(load_default="", longest=1000, metadata={"label": "Notiz", "hint": "Bleibt im Haus und nennt keine Person"})


def decline_admission(session: Session, act: Act, command: DeclineAdmission) -> Proposal:
    """Decline, forget what the proposal said of the person, and tell intake.

    Declining twice for the same reason changes nothing. Raises NotFound, Refused `proposal_decided`, `reason_in_words`.
    """
    give_reason(session, command.reason)
    already = session.get(Proposal, command.proposal_id)
    if already is not None and already.state == "declined" and already.reason == command.reason:
        return already
    proposal = waiting_proposal(session, command.proposal_id)
    if command.reason == "other" and not command.note:
        raise Refused("reason_in_words", "Bitte den Grund in Worten sagen.", "note")
    proposal.reason, proposal.note = command.reason, command.note
    proposal.decide("declined", act.at, act.actor.id)
    answer_proposal(session, act, proposal)
    return proposal
