"""Edit a consultation on the day it was entered: a slip of the hand needs no reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.clock import local_day
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.model.consultation import Consultation, count_of_client
from kim_intake.model.entered import EDITED
from kim_intake.operations.consultation_facts import ConsultationFacts, ConsultationFactsSchema, check, check_desk, write
from kim_intake.operations.find_at_site import consultation_for
from kim_intake.rules.consultation_kind import proposed_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class EditConsultation(ConsultationFacts):
    """All facts as they shall be; begin with `facts_of(consultation)`."""

    consultation_id: str


class EditConsultationSchema(ConsultationFactsSchema):
    command: ClassVar[type[Any]] = EditConsultation
    consultation_id = Id(required=True)


def edit_consultation(session: Session, act: Act, command: EditConsultation) -> Consultation:
    """Write the facts. Raises Refused when the day of entry is over (then it is a correction) or the facts cannot be."""
    edited = consultation_for(session, act, command.consultation_id, "consultation.correct")
    if not is_same_day(edited, act):
        raise Refused("day_is_over", "Der Tag der Eingabe ist vorbei: bitte berichtigen und einen Grund wählen.")
    apply(session, act, edited, command)
    session.add(Entered.in_act(act, EDITED, edited.id))
    return edited


def is_same_day(recorded: Consultation, act: Act) -> bool:
    return local_day(recorded.recorded_at) == act.today


def apply(session: Session, act: Act, consultation: Consultation, facts: ConsultationFacts) -> None:
    """Check the facts as when recording, and write them."""
    check_desk(session, act, facts)
    check(facts)
    earlier = max(count_of_client(session, consultation.client_id) - 1, 0) if consultation.client_id else 0
    kind = facts.kind or proposed_kind(facts.topics, consultation.day, earlier_consultations=earlier)
    if kind == "follow_up" and consultation.client_id is None:
        raise Refused("follow_up_of_nobody", "Eine Folgeberatung braucht einen Rückkehrcode oder eine bekannte Person.", "kind")
    write(consultation, facts, kind)
    session.flush()
