"""Rows that are answered after their session has ended."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

Answer = TypeVar("Answer")


def kept(session: Session, answer: Answer) -> Answer:
    """The answer, with its rows as they were read: leaving a session that only looks would make them unreadable."""
    session.expunge_all()
    return answer
