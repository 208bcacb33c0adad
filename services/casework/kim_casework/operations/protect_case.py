"""Close a case to the house, and open it again (Akte schützen)."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Code, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.protection import Protection, protection_of
from kim_casework.model.staff import StaffMember
from kim_casework.operations.find_case import case_to_change
from kim_casework.rules.protection import ABOUT_A_COLLEAGUE, PROTECTION_REASONS


@dataclass(frozen=True, slots=True)
class ProtectCase:
    """`subject`: the colleague it is about, as casework knows them; needed where the reason is `colleague`."""

    case_id: str
    reason: str
    subject: str | None = None


class ProtectCaseSchema(CommandSchema):
    command = ProtectCase
    case_id = Id(required=True)
    reason = Code(PROTECTION_REASONS, required=True, metadata={"label": "Warum"})
    subject = Id(load_default=None, allow_none=True, metadata={"label": "Um welche Kolleg_in es geht"})


@dataclass(frozen=True, slots=True)
class LiftProtection:
    case_id: str
    because: str


class LiftProtectionSchema(CommandSchema):
    command = LiftProtection
    case_id = Id(required=True)
    because = Text(
        required=True, shortest=1, longest=500,
        metadata={"label": "Warum der Schutz endet", "hint": "Bitte nichts über die Personen selbst."},
    )  # fmt: skip


def protect_case(session: Session, act: Act, command: ProtectCase) -> Case:
    """From now on only who is responsible, who stands in by name, and who may read protected cases. Protecting twice changes nothing.

    Raises NotFound, Refused `subject_missing`, `subject_unknown`, `subject_is_responsible`.
    """
    case = case_to_change(session, act, command.case_id, "case.protect")
    if protection_of(session, case.id) is not None:
        return case
    subject = _subject(session, case, command)
    session.add(
        Protection(
            id=new_id(), case_id=case.id, reason=command.reason, subject=subject.id if subject else None, since=act.today,
            protected_by=act.actor.id,
        )
    )  # fmt: skip
    session.flush()
    return case


def lift_protection(session: Session, act: Act, command: LiftProtection) -> Case:
    """The case is again as any other; the history stays. Raises NotFound where it is not protected, or not for this actor."""
    case = case_to_change(session, act, command.case_id, "case.unprotect")
    protection = protection_of(session, case.id)
    if protection is not None:
        protection.lifted_on, protection.lifted_by, protection.lifted_because = act.today, act.actor.id, command.because
        session.flush()
    return case


def _subject(session: Session, case: Case, command: ProtectCase) -> StaffMember | None:
    if command.reason != ABOUT_A_COLLEAGUE:
        return None
    if not command.subject:
        raise Refused("subject_missing", "Bitte sagen, um welche Kolleg_in es geht: Diese Person sieht die Akte dann nicht.", "subject")
    subject = session.get(StaffMember, command.subject)
    if subject is None:
        raise Refused("subject_unknown", "Diese Kolleg_in ist hier nicht bekannt. Die Leitung nimmt sie unter „Unser Haus“ auf.", "subject")
    if subject.id == case.responsible:
        raise Refused("subject_is_responsible", "{name} führt diesen Fall selbst. Bitte zuerst neu zuteilen.", "subject", name=subject.name)
    return subject
