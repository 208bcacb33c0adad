"""Find a case to do something with: what one may not see does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case
from kim_casework.model.standing import lets


def case_to_change(session: Session, act: Act, case_id: str, action: str = "case.work") -> Case:
    """The case under the lock of its row, to do `action` with it. Raises NotFound where there is none, or not for this actor."""
    case = locked(session, Case, case_id)
    if case is None or not lets(session, act, action, case):
        raise no_case()
    return case


def open_case_to_change(session: Session, act: Act, case_id: str, action: str = "case.work") -> Case:
    """Raises Refused `case_closed` too."""
    case = case_to_change(session, act, case_id, action)
    require_open(case)
    return case


def require_open(case: Case) -> None:
    """Raises Refused `case_closed`."""
    if not case.is_open:
        raise Refused("case_closed", "Der Fall {number} ist geschlossen. Erst wieder öffnen, dann weiterarbeiten.", number=case.number)


def no_case() -> NotFound:
    return NotFound("case_not_found", "Diesen Fall gibt es nicht, oder er wird von anderen geführt.")
