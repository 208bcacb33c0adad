"""At the end of a day nobody waits any more: who was not taken went home, and that is counted."""

from __future__ import annotations

from kim_runtime.act import Act
from sqlalchemy import update
from sqlalchemy.orm import Session

from kim_intake.model.hand_over import HandOver


def end_waiting(session: Session, act: Act) -> None:
    """Close what waited on an earlier day."""
    waited = update(HandOver).where(HandOver.state == "waiting", HandOver.day < act.today)
    session.execute(waited.values(state="not_come", answered_at=act.at, answered_by=act.actor.id))
