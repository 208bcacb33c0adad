"""Whom a record may be about: who signed in to the service lately. For services that keep no list of their colleagues."""

from __future__ import annotations

from kim_runtime.refusal import Refused
from kim_web import people
from kim_web.web import this_web
from sqlalchemy.orm import Session


def colleagues(session: Session) -> list[tuple[str, str]]:
    """(id, name) of each, by name."""
    return [(one.id, one.name) for one in people.known(session, this_web().real_clock.now())]


def require_known(session: Session, subject: str | None, field: str = "subject") -> None:
    """Raises Refused `subject_unknown` for somebody who is not one of them."""
    if subject and people.person(session, subject, this_web().real_clock.now()) is None:
        raise Refused(
            "subject_unknown",
            "Diese Person hat sich hier in den letzten 90 Tagen nicht angemeldet. Bitte einen anderen Grund wählen: Ohne Zugang zu"
            " geschützten Akten sieht sie die Akte ohnehin nicht.",
            field,
        )
