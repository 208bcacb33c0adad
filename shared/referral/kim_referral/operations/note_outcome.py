"""Note whether a person arrived, or that a partner destroyed a letter, as learned outside the bus."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id
from kim_events.types.referral import OUTCOMES
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy.orm import Session

from kim_referral.model.entered import DESTRUCTION_NOTED, OUTCOME_NOTED
from kim_referral.model.referral import Referral, referral_for_update


@dataclass(frozen=True, slots=True)
class NoteOutcome:
    referral_id: str
    outcome: str = "arrived"


class NoteOutcomeSchema(CommandSchema):
    command = NoteOutcome

    referral_id = Id(required=True)
    outcome = Code(OUTCOMES, load_default="arrived", metadata={"label": "Was wurde daraus"})


@dataclass(frozen=True, slots=True)
class NoteDestroyed:
    """The partner confirms what it did with a withdrawn letter."""

    referral_id: str
    answer: str = "deleted"


class NoteDestroyedSchema(CommandSchema):
    command = NoteDestroyed

    referral_id = Id(required=True)
    answer = Code(("deleted", "restricted"), load_default="deleted", metadata={"label": "Was hat die Stelle bestätigt"})


def note_outcome(session: Session, act: Act, command: NoteOutcome) -> Referral:
    """Close a referral with what became of it. Raises NotFound, Refused `withdrawn`, `already_closed`."""
    referral = _referral(session, command.referral_id)
    if referral.state == "withdrawn":
        raise Refused("withdrawn", "Dieser Verweis wurde zurückgezogen.")
    if referral.state == "rejected":
        raise Refused("already_closed", "Dieser Verweis ist schon abgeschlossen.")
    referral.state = "completed"
    referral.outcome = command.outcome
    referral.completed_at = act.at
    session.add(Entered.in_act(act, OUTCOME_NOTED, referral.id))
    session.flush()
    return referral


def note_destroyed(session: Session, act: Act, command: NoteDestroyed) -> Referral:
    """Note the partner's confirmation for a withdrawn letter. Raises NotFound, Refused `not_withdrawn`."""
    referral = _referral(session, command.referral_id)
    if referral.withdrawal != "to_be_destroyed":
        raise Refused("not_withdrawn", "Für diesen Verweis steht keine Bestätigung aus.")
    referral.withdrawal = command.answer
    referral.withdrawal_answered_at = act.at
    session.add(Entered.in_act(act, DESTRUCTION_NOTED, referral.id))
    session.flush()
    return referral


def _referral(session: Session, referral_id: str) -> Referral:
    referral = referral_for_update(session, referral_id)
    if referral is None:
        raise NotFound("referral_unknown", "Diesen Verweis gibt es nicht.")
    return referral
