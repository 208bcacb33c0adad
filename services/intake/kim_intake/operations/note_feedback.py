"""Note what a body without this software told by telephone: whether the family it was sent arrived."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.hand_over import HandOver
from kim_intake.operations.find_at_site import hand_over_for
from kim_intake.rules.codes import FEEDBACK


@dataclass(frozen=True, slots=True)
class NoteFeedback:
    """`told_by` is who said so at the other end, a colleague and no client."""

    hand_over_id: str
    feedback: str
    told_by: str = ""


class NoteFeedbackSchema(CommandSchema):
    command = NoteFeedback
    hand_over_id = Id(required=True)
    feedback = Code(FEEDBACK, required=True, metadata={"label": "Angerufen:"})
    told_by = Text(longest=80, metadata={"label": "Auskunft von", "hint": "Wer bei der Stelle am Telefon war.", "autocomplete": "off"})


def note_feedback(session: Session, act: Act, command: NoteFeedback) -> HandOver:
    """Keep what was said, when, and by whom. A waiting list may later become an arrival. Raises Refused, NotFound."""
    told = hand_over_for(session, act, command.hand_over_id, "hand_over.make")
    if told.state not in {"feedback_open", "waiting_list"}:
        raise Refused("no_feedback_expected", "Zu dieser Weitergabe wird keine Rückmeldung erwartet.")
    told.state, told.told_by = command.feedback, command.told_by
    told.answered_at, told.answered_by = act.at, act.actor.id
    session.flush()
    return told
