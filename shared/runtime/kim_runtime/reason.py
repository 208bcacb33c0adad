"""Why something is done or looked at, where a reason is asked: a session keeps it for the row of the audit.

Codes of a list always; what somebody typed only where it is the ground on which a protection gives way (docs/decisions/0058).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

_BECAUSE: Final = "because"


def give_reason(session: Session, reason: str | None) -> None:
    """The reason of the act that goes on in this session. None: none was asked for."""
    session.info[_BECAUSE] = reason or ""


def given_reason(session: Session) -> str:
    return str(session.info.get(_BECAUSE, ""))
