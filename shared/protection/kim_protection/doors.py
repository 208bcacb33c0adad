"""What both doors of a service tell the audit about things that are closed to the house."""

from __future__ import annotations

from kim_web.audit import note_done, note_entry
from sqlalchemy.orm import Session


def note_protected(session: Session, action: str, thing: str) -> None:
    """A thing was closed in the same step in which it was made: beside the act of this request a row of its own, which names the thing."""
    note_done(session)
    note_entry(session, action, thing, "")
