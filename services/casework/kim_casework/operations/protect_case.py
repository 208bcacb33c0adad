"""Close a case to the house, and open it again (Akte schützen)."""

from __future__ import annotations

from typing import Final

from kim_events.fields import Id
from kim_protection import operations as protection
from kim_protection.commands import Lift, LiftSchema, Protect, ProtectSchema, subject_of
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.protection import LOCKS, protection_of
from kim_casework.model.staff import StaffMember
from kim_casework.operations.find_case import case_to_change, no_case


class ProtectCase(Protect):
    """`subject` is a colleague as casework knows them."""


class ProtectCaseSchema(ProtectSchema):
    command = ProtectCase
    case_id = Id(required=True, attribute="thing_id")


class LiftProtection(Lift): ...


class LiftProtectionSchema(LiftSchema):
    command = LiftProtection
    case_id = Id(required=True, attribute="thing_id")


def protect_case(session: Session, act: Act, command: ProtectCase) -> Case:
    """From now on only who is responsible, who stands in by name, and who may read protected cases. Protecting twice changes nothing.

    Raises NotFound, Refused `subject_missing`, `subject_unknown`, `subject_is_responsible`.
    """
    case = case_to_change(session, act, command.thing_id, "case.protect")
    if protection_of(session, case.id) is not None:
        return case
    subject = _subject(session, case, command)
    protection.protect(session, act, LOCKS, case.id, command.reason, subject.id if subject else None)
    return case


def lift_protection(session: Session, act: Act, command: LiftProtection) -> Case:
    """The case is again as any other; the history stays. Raises NotFound where it is not protected, or not for this actor."""
    case = case_to_change(session, act, command.thing_id, "case.unprotect")
    protection.lift(session, act, LOCKS, case.id, command.because)
    return case


def _subject(session: Session, case: Case, command: ProtectCase) -> StaffMember | None:
    about = subject_of(command.reason, command.subject)
    if about is None:
        return None
    subject = session.get(StaffMember, about)
    if subject is None:
        raise Refused("subject_unknown", "Diese Kolleg_in ist hier nicht bekannt. Die Leitung nimmt sie unter „Unser Haus“ auf.", "subject")
    refuse_subject_as_responsible(case, subject)
    return subject


def refuse_subject_as_responsible(case: Case, subject: StaffMember | None) -> None:
    """Raises Refused `subject_is_responsible` where a case is about the colleague who has it."""
    if subject is not None and subject.id == case.responsible:
        raise Refused("subject_is_responsible", "{name} führt diesen Fall selbst. Bitte zuerst neu zuteilen.", "subject", name=subject.name)


CLOSING: Final = protection.Closing(
    kind=Case,
    name="case",
    missing=no_case,
    locks=LOCKS,
    protect_schema=ProtectCaseSchema,
    lift_schema=LiftProtectionSchema,
    protect=protect_case,
    lift=lift_protection,
)
