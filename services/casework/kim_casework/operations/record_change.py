"""Write the next version of a case into its history and tell it."""

from __future__ import annotations

from kim_bus.outbox import emit
from kim_runtime.act import Act
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_casework.metrics import CASE_CHANGES
from kim_casework.model.case import Case, CaseChange


def record_change(session: Session, act: Act, case: Case, change: str, *, reason: str | None = None, note: str = "") -> None:
    """Count up the version, keep how the case now stands, and emit `case.changed`: number and state, no person."""
    case.version += 1
    session.add(
        CaseChange(
            id=new_id(), case_id=case.id, version=case.version, change=change, day=act.today, at=act.at, state=case.state, phase=case.phase,
            responsible=case.responsible, reason=reason, actor=act.actor.id, note=note,
        )
    )  # fmt: skip
    session.flush()
    CASE_CHANGES.labels(change).inc()
    emit(
        session, act, "case.changed.v1", subject=case.id, version=case.version,
        data={"number": case.number, "state": case.state, "phase": case.phase, "change": change, "changed_on": act.today},
    )  # fmt: skip
