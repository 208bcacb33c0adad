"""What is done with the audit once a minute, and once a day."""

from __future__ import annotations

from datetime import date, datetime

from kim_runtime.clock import local_day
from kim_runtime.logs import log
from sqlalchemy.orm import Session

from kim_audit.verifying import newest_head


class TellHead:
    """Once a day, and when the process starts, the log says the digest of the newest seal.

    Where logs are kept apart from the database, an end that was cut off is found by it: `audit verify --head`.
    """

    __name__ = "tell_head"

    def __init__(self) -> None:
        self._told: date | None = None

    def __call__(self, session: Session, now: datetime) -> None:
        day = local_day(now)
        newest = newest_head(session) if day != self._told else None
        if newest is not None:
            self._told = day
            log().info("audit is sealed up to here", head=newest.digest, count=newest.number)
