"""When somebody leaves or is locked out: every service their session led to is told (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import requests
from kim_runtime.ids import new_id
from kim_runtime.logs import log
from kim_web.oidc import LOGOUT_EVENT
from requests import RequestException
from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session as Rows

from kim_login.protocol import TOLD, Protocol
from kim_login.tables import clients, reached

SECONDS = 3
LIVES = 120
KEPT = timedelta(days=14)  # longer than any session of a service that began in one of ours


def whom_to_tell(rows: Rows, *, session_id: str = "", account_id: str = "") -> Sequence[Any]:
    """The services a session (or any of an account's) led to, taken off the list."""
    which = reached.c.session_id == session_id if session_id else reached.c.account_id == account_id
    found = rows.execute(
        select(reached.c.client_id, reached.c.session_id, reached.c.account_id, clients.c.base)
        .join(clients, clients.c.id == reached.c.client_id)
        .where(which)
    ).all()
    rows.execute(delete(reached).where(which))
    return found


def forget_old(rows: Rows, now: datetime) -> None:
    """Forget where sessions led to that no service can still have open. Ids (UUIDv7) begin with the milliseconds they were made at."""
    milliseconds = int((now - KEPT).timestamp() * 1000)
    oldest = f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-"
    rows.execute(delete(reached).where(reached.c.session_id < oldest))


def tell(protocol: Protocol, services: Sequence[Row[Any]]) -> int:
    """Tell them, all at once. Returns how many heard it; one that does not answer ends the session by its own limits."""
    if not services:
        return 0
    with ThreadPoolExecutor(max_workers=min(8, len(services))) as pool:
        heard = list(pool.map(lambda service: _tell(protocol, service), services))
    if not all(heard):
        log().warning("a service did not hear that somebody left", count=heard.count(False))
    return heard.count(True)


def _tell(protocol: Protocol, service: Row[Any]) -> bool:
    claims = {
        "aud": service.client_id, "sub": service.account_id, "sid": service.session_id, "jti": new_id(), "events": {LOGOUT_EVENT: {}},
    }  # fmt: skip
    token = protocol.signed(claims, LIVES, "logout+jwt")
    try:
        return requests.post(f"{service.base}{TOLD}", data={"logout_token": token}, timeout=SECONDS).ok
    except RequestException:
        return False
