"""Codes that open something to whoever has them, such as the return code of a family: who tries some that nobody has is counted.

Operations and queries, which know no web, try a code by `by_code`. Who counts is said by whoever opened the session; where nobody is (a
reaction, a command line) nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from sqlalchemy.orm import Session

COUNTING: Final = "guesses"  # under this name a session keeps who counts
Thing = TypeVar("Thing")


class Counting(Protocol):
    def check(self, field: str | None) -> None:
        """Raises Refused, about this field of the command, where there were too many that nobody has."""

    def missed(self, things: str) -> None:
        """One more: what it would have opened, as the audit calls it (`clients`)."""


def by_code(session: Session, things: str, find: Callable[[], Thing | None], field: str | None = None) -> Thing | None:
    """What a code finds, unless it is one try too many, which raises Refused; None, or an empty list, counts as a code nobody has."""
    counting: Counting | None = session.info.get(COUNTING)
    if counting is not None:
        counting.check(field)
    found = find()
    if counting is not None and not found:
        counting.missed(things)
    return found
