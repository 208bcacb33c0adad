"""Choose who may be responsible for a case."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.protection import protection_of
from kim_casework.model.staff import Assignability, StaffMember
from kim_casework.operations.introduce_staff import known_as_member


def choose_responsible(session: Session, act: Act, member_id: str, field: str = "responsible") -> StaffMember:
    """The colleague who may be given cases today; empty: the one who acts. Raises Refused `not_introduced` or `not_assignable`."""
    acting = known_as_member(session, act)
    assignability = Assignability(session)
    member = assignability.member(member_id) if member_id else acting
    if member is None:
        raise Refused("not_introduced", "Diese Fallmanager_in ist hier nicht bekannt. Die Leitung nimmt sie unter „Unser Haus“ auf.", field)
    if not assignability.may_take_cases(member.id, act.today):
        raise Refused(
            "not_assignable", "{name} ist am {day} nicht als Fallmanager_in einsetzbar. Bitte jemand anderen wählen.", field,
            name=member.name, day=act.today,
        )  # fmt: skip
    return member


def not_about(session: Session, case: Case, member: StaffMember, field: str = "responsible") -> None:
    """Nobody looks after the case about themselves. Raises Refused `not_this_colleague`, which does not say why."""
    protection = protection_of(session, case.id)
    if protection is not None and protection.subject == member.id:
        raise Refused("not_this_colleague", "{name} kann diesen Fall nicht führen. Bitte jemand anderen wählen.", field, name=member.name)
