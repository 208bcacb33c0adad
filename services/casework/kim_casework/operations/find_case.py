"""Find a case for an actor: what one may not see does not exist."""

from __future__ import annotations

from kim_protection import operations as protection
from kim_runtime.act import Act
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model.case import Case, case_facts, visible_cases
from kim_casework.model.protection import LOCKS
from kim_casework.rules.permissions import may_do


def case_to_see(session: Session, act: Act, case_id: str) -> Case:
    """Raises NotFound for a case that does not exist, or not for this actor."""
    case = _found(session, act, session.get(Case, case_id), "case.see")
    keep_reason(session, act, case)
    return case


def keep_reason(session: Session, act: Act, case: Case) -> None:
    """Where the case is open to the actor in an emergency, the audit's row of this look says why."""
    protection.keep_reason(session, act, LOCKS, case.id)


def case_to_give(session: Session, act: Act, case_id: str) -> Case:
    """The case of which the actor may say who looks after it; perhaps they may see no more of it."""
    return _found(session, act, session.get(Case, case_id), "case.assign")


def case_to_change(session: Session, act: Act, case_id: str, action: str = "case.work") -> Case:
    """The case under the lock of its row, to do `action` with it."""
    return _found(session, act, session.get(Case, case_id, with_for_update=True), action)


def open_case_to_change(session: Session, act: Act, case_id: str, action: str = "case.work") -> Case:
    """Raises Refused `case_closed` too."""
    case = case_to_change(session, act, case_id, action)
    require_open(case)
    return case


def may_see(session: Session, act: Act, case: Case) -> bool:
    return session.scalar(select(visible_cases(act).where(Case.id == case.id).exists())) or False


def require_open(case: Case) -> None:
    """Raises Refused `case_closed`."""
    if not case.is_open:
        raise Refused("case_closed", "Der Fall {number} ist geschlossen. Erst wieder öffnen, dann weiterarbeiten.", number=case.number)


def not_found() -> NotFound:
    return NotFound("case_not_found", "Diesen Fall gibt es nicht, oder er wird von anderen geführt.")


def _found(session: Session, act: Act, case: Case | None, action: str) -> Case:
    if case is None or not may_do(act.actor, action, case_facts(session, act, case)):
        raise not_found()
    return case
