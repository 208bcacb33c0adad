"""Correct a consultation after its day: with one of five reasons, and the old value stays readable."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code
from kim_runtime.act import Act
from kim_runtime.ids import new_id
from kim_runtime.reason import give_reason
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_intake.metrics import CORRECTIONS
from kim_intake.model.consultation import Consultation, ConsultationCorrection
from kim_intake.operations.consultation_facts import as_text, facts_of
from kim_intake.operations.edit_consultation import EditConsultation, EditConsultationSchema, apply
from kim_intake.operations.find_at_site import consultation_for
from kim_intake.rules.codes import CORRECTION_REASONS


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectConsultation(EditConsultation):
    reason: str


class CorrectConsultationSchema(EditConsultationSchema):
    command = CorrectConsultation
    reason = Code(CORRECTION_REASONS, required=True, metadata={"label": "Grund der Berichtigung"})


def correct_consultation(session: Session, act: Act, command: CorrectConsultation) -> Consultation:
    """Write the facts and keep one correction for each value that changed. Raises Refused, NotFound."""
    give_reason(session, command.reason)
    corrected = consultation_for(session, act, command.consultation_id, "consultation.correct")
    before = facts_of(corrected)
    apply(session, act, corrected, command)
    after = facts_of(corrected)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        raise Refused("nothing_changed", "Es ist nichts geändert: eine Berichtigung braucht einen anderen Wert.")
    for name in changed:
        corrected.corrections.append(
            ConsultationCorrection(
                id=new_id(),
                field=name,
                old_value=as_text(before[name]),
                new_value=as_text(after[name]),
                reason=command.reason,
                corrected_at=act.at,
                corrected_by=act.actor.id,
            )
        )
    session.flush()
    CORRECTIONS.labels(command.reason).inc()
    return corrected
