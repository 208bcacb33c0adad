"""What an account has open: its sessions of this provider, browser by browser, and the services each led to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kim_web.sessions import Limits, end_own, is_living
from kim_web.tables import sessions
from sqlalchemy import Row, select
from sqlalchemy.orm import Session as Rows

from kim_login.leaving import whom_to_tell
from kim_login.tables import reached

_TIME_OF_ID = 80  # bits of a UUIDv7 behind the milliseconds it was made at


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`device` is empty where nobody knows it any more: here the session is over, and a service may go on until its own limits."""

    id: str
    device: str
    opened_at: datetime
    services: tuple[str, ...]  # ids of clients


def open_sessions(rows: Rows, account_id: str, now: datetime, limits: Limits) -> list[OpenSession]:
    """The newest first: what is open here, and what is over here by itself and led to services that may be open still."""
    led = defaultdict(list)
    for one in rows.execute(select(reached).where(reached.c.account_id == account_id).order_by(reached.c.client_id)):
        led[one.session_id].append(str(one.client_id))
    here = {one.id: one for one in rows.execute(select(sessions).where(sessions.c.actor_id == account_id))}
    found = [
        OpenSession(id, here[id].device if id in here else "", here[id].opened_at if id in here else _made_at(id), tuple(led.get(id, ())))
        for id in {*led, *here}
        if id in led or is_living(here[id], now, limits)
    ]
    return sorted((one for one in found if one.opened_at >= now - limits.absolute), key=lambda one: one.opened_at, reverse=True)


def end(rows: Rows, account_id: str, session_id: str) -> Sequence[Row[Any]] | None:
    """End a session of this account. Returns the services to be told; None: it has none of this name."""
    led = rows.execute(select(reached.c.client_id).filter_by(account_id=account_id, session_id=session_id)).first()
    if end_own(rows, account_id, session_id) == 0 and led is None:
        return None
    return whom_to_tell(rows, session_id=session_id) if led is not None else ()


def _made_at(session_id: str) -> datetime:
    return datetime.fromtimestamp((UUID(session_id).int >> _TIME_OF_ID) / 1000, UTC)
