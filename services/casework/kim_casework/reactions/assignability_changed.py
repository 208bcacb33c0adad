"""Staffing has told who may be given cases: keep this version beside the earlier ones."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_casework.model.staff import AssignabilityTold


def assignability_changed(session: Session, act: Act, event: Received) -> None:
    key = (event.mailbox, event.subject, event.version)
    if session.get(AssignabilityTold, key) is not None:
        return
    said = event.data
    session.add(
        AssignabilityTold(
            source=event.mailbox, subject=event.subject, version=event.version, staff=said["staff"],
            first=said["assignable_from"], last=said["assignable_to"], told_at=event.time,
        )
    )  # fmt: skip
    session.flush()
