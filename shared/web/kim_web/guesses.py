"""Guessing codes at a desk: a try that finds nothing stands in the audit as refused, and so many within an hour make their person wait.

Counted in the database, so that all processes count together: by the minute, so that no hour begins at which all is forgiven.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import accumulate
from typing import Final

from flask import Response, g
from kim_runtime.act import Actor
from kim_runtime.refusal import Refused
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from kim_web.counting import MINUTE, count
from kim_web.language import mark
from kim_web.web import this_web

AN_HOUR: Final = 20
HOUR: Final = 60  # minutes
TOO_MANY: Final = mark(
    "Das waren in dieser Stunde zu viele Codes, die es hier nicht gibt. Ab {at} lassen sich wieder welche versuchen;"
    " bis dahin bitte anders suchen, etwa nach dem Namen oder der Nummer."
)
_TAKEN: Final = text("SELECT minute, taken FROM kim_counted WHERE what IN :what ORDER BY minute").bindparams(
    bindparam("what", expanding=True)
)


class TooManyGuesses(Refused):
    """Somebody tried too many codes that nobody has; in so many seconds they may try again."""

    status = 429
    retry_after = 0


class OfThisRequest:
    """Counts for the person of the present request."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session, self._actor = session, actor

    def check(self, field: str | None) -> None:
        now = _minute()
        counts = [_what(self._actor, minute) for minute in range(now - HOUR, now + 1)]  # the one at hand may have just begun
        missed = [(row.minute, row.taken) for row in self._session.execute(_TAKEN, {"what": counts})]
        too_many = sum(taken for _last, taken in missed) - AN_HOUR
        if too_many < 0:
            return
        g.refused_thing = g.get("refused_thing") or "?"
        over = accumulate(taken for _last, taken in missed)
        again = next(last + 1 for (last, _taken), gone in zip(missed, over, strict=True) if gone > too_many) * MINUTE
        refused = TooManyGuesses("too_many_codes", TOO_MANY, field, at=datetime.fromtimestamp(again, UTC))
        refused.retry_after = again - int(this_web().real_clock.now().timestamp())
        raise refused

    def missed(self, things: str) -> None:
        g.missed_codes = g.get("missed_codes", 0) + 1
        g.refused_thing = f"{things}:?"


def count_missed(response: Response) -> Response:
    """Write down what was missed, after the transaction it was tried in: that was perhaps taken back."""
    web, missed = this_web(), g.pop("missed_codes", 0)
    if missed and web.database is not None:
        now = _minute()
        count(web.database, _what(g.actor, now), now + HOUR, missed)  # under the last minute in which it counts, until which it is kept
    return response


def _what(actor: Actor, minute: int) -> str:
    return f"codes of {actor.id} {minute}"


def _minute() -> int:
    return int(this_web().real_clock.now().timestamp() // MINUTE)
