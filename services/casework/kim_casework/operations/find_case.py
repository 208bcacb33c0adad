"""Find a case for an actor: what one may not see does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.refusal import NotFound, Refused
from sqlalchemy.orm import Session

from kim_casework.model.case import Case


def case_to_see(session: Session, act: Act, case_id: str) -> Case:
    """Raises NotFound for a case that does not exist, or not for this actor."""
    return _seen(session.get(Case, case_id), act)


def case_to_change(session: Session, act: Act, case_id: str) -> Case:
    """The same, under the lock of its row."""
    return _seen(session.get(Case, case_id, with_for_update=True), act)


def open_case_to_change(session: Session, act: Act, case_id: str) -> Case:
    """Raises Refused `case_closed` too."""
    case = case_to_change(session, act, case_id)
    require_open(case)
    return case


def require_open(case: Case) -> None:
    """Raises Refused `case_closed`."""
    if not case.is_open:
        raise Refused("case_closed", "Der Fall {number} ist geschlossen. Erst wieder öffnen, dann weiterarbeiten.", number=case.number)


def _seen(case: Case | None, act: Act) -> Case:
    if case is None or not case.may_be_seen_by(act.actor):
        raise NotFound("case_not_found", "Diesen Fall gibt es nicht, oder er wird von anderen geführt.")
    return case
