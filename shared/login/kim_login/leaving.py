"""When somebody leaves or is locked out: every service their session led to is told (OpenID Connect Back-Channel Logout 1.0).

In the same way they are told that a desk was locked in one of them, and asked whether somebody works there.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import requests
from kim_runtime.ids import new_id
from kim_runtime.logs import log
from kim_web.oidc import ACCOUNT_EVENT, AWAKE_EVENT, LOCKED_EVENT, LOGOUT_EVENT
from requests import RequestException
from sqlalchemy import ColumnElement, Row, delete, func, literal, select
from sqlalchemy.orm import Session as Rows

from kim_login.protocol import ASKED, LOCKED, TOLD, Protocol
from kim_login.tables import clients, reached

SECONDS = 3
LIVES = 120
KEPT = timedelta(days=14)  # longer than any session of a service that began in one of ours


def whom_to_tell(rows: Rows, *, session_id: str = "", account_id: str = "") -> Sequence[Any]:
    """The services a session (or any of an account's) led to, taken off the list."""
    which = reached.c.session_id == session_id if session_id else reached.c.account_id == account_id
    found = _led_to(rows, which)
    rows.execute(delete(reached).where(which))
    return found


def services_of(rows: Rows, session_id: str) -> Sequence[Any]:
    """The services a session led to; they stay on the list."""
    return _led_to(rows, reached.c.session_id == session_id)


def _led_to(rows: Rows, which: ColumnElement[bool]) -> Sequence[Any]:
    return rows.execute(
        select(
            reached.c.client_id, reached.c.session_id, reached.c.account_id, func.coalesce(clients.c.internal, clients.c.base).label("at")
        )
        .join(clients, clients.c.id == reached.c.client_id)
        .where(which)
    ).all()


def forget_old(rows: Rows, now: datetime) -> None:
    """Forget where sessions led to that no service can still have open. Ids (UUIDv7) begin with the milliseconds they were made at."""
    milliseconds = int((now - KEPT).timestamp() * 1000)
    oldest = f"{milliseconds >> 16:08x}-{milliseconds & 0xFFFF:04x}-"
    rows.execute(delete(reached).where(reached.c.session_id < oldest))


def tell(protocol: Protocol, services: Sequence[Row[Any]]) -> int:
    """Tell them, all at once. Returns how many heard it; one that does not answer ends the session by its own limits."""
    heard = [answer is not None for answer in _say(protocol, services, TOLD, {LOGOUT_EVENT: {}})]
    if not all(heard):
        log().warning("a service did not hear that somebody left", count=heard.count(False))
    return heard.count(True)


def every_service(rows: Rows, account_id: str) -> Sequence[Any]:
    """All services of the house: a key for programs may lie in one that no session leads to any more."""
    at = func.coalesce(clients.c.internal, clients.c.base).label("at")
    named = (clients.c.id.label("client_id"), literal("").label("session_id"), literal(account_id).label("account_id"))
    return rows.execute(select(*named, at).order_by(clients.c.id)).all()


def tell_of_account(protocol: Protocol, services: Sequence[Row[Any]], account: Row[Any]) -> list[str]:
    """Tell them that all sessions of an account end, and what its person may do from now on, or that they may not come in: the keys for
    programs they made go by that. Returns the services that did not hear it.
    """
    said = {LOGOUT_EVENT: {}, ACCOUNT_EVENT: {"closed": account.disabled, "person": protocol.claims_of(account)}}
    heard = _say(protocol, services, TOLD, said)
    return [one.client_id for one, answer in zip(services, heard, strict=True) if answer is None]


def lock(protocol: Protocol, services: Sequence[Row[Any]]) -> bool:
    """Tell them that the desk is locked. Returns whether all heard it."""
    return all(answer is not None for answer in _say(protocol, services, LOCKED, {LOCKED_EVENT: {}}))


def is_awake(protocol: Protocol, services: Sequence[Row[Any]]) -> bool:
    """Whether somebody works in one of them; one that does not answer does not count."""
    return any(answer is not None and _says_awake(answer) for answer in _say(protocol, services, ASKED, {AWAKE_EVENT: {}}))


def _says_awake(answer: requests.Response) -> bool:
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("awake") is True


def _say(protocol: Protocol, services: Sequence[Row[Any]], where: str, events: dict[str, Any]) -> list[requests.Response | None]:
    """Say one thing to all services at once. What each answered; None where one did not, or refused."""
    if not services:
        return []

    def say(service: Row[Any]) -> requests.Response | None:
        claims = {
            "aud": service.client_id, "sub": service.account_id, **({"sid": service.session_id} if service.session_id else {}),
            "jti": new_id(), "events": events,
        }  # fmt: skip
        token = protocol.signed(claims, LIVES, "logout+jwt")
        try:
            answer = requests.post(f"{service.at}{where}", data={"logout_token": token}, timeout=SECONDS, allow_redirects=False)
        except RequestException:
            return None
        return answer if answer.ok and not answer.is_redirect else None

    with ThreadPoolExecutor(max_workers=min(8, len(services))) as pool:
        return list(pool.map(say, services))
