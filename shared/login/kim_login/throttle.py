"""Slowing down who guesses: after a few failures each further try must wait longer, per account and per address.

A try is counted before it is looked at, so that two hundred at the same moment are no two hundred guesses.
"""

from __future__ import annotations

import os
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Rows

from kim_login.tables import add, attempts

# Whose word on the browser's address counts: the proxies gunicorn believes, by the variable it reads them from.
PROXIES, USUAL_PROXIES = "FORWARDED_ALLOW_IPS", "127.0.0.1,::1"

FREE_FOR_ACCOUNT = 5
HALF = 64  # bits
FREE_FOR_ADDRESS = 60  # a whole office has one address
LONGEST_PAUSE = 15 * 60
FORGOTTEN_AFTER = 24 * 3600


def sweep(rows: Rows, now: float) -> None:
    """Delete what counts no more."""
    rows.execute(delete(attempts).where(attempts.c.last_at < now - FORGOTTEN_AFTER))


def address_of(peer: str, forwarded: str) -> str:
    """The address of a browser: of who connects, or what the proxy of the house appended last to X-Forwarded-For.

    What a browser wrote there itself stands before it and counts nothing; what is no address counts nothing either.
    """
    known = {name.strip() for name in os.environ.get(PROXIES, USUAL_PROXIES).split(",")}
    told = forwarded.rpartition(",")[2].strip()
    if peer not in known and "*" not in known:
        return peer
    try:
        return str(ip_address(told))
    except ValueError:
        return peer


def must_wait(rows: Rows, kind: str, value: str, now: float) -> int:
    """Count a try. Returns the seconds it must wait before it may be made; 0: it may be made now."""
    key = _key(kind, value)
    free = FREE_FOR_ACCOUNT if kind == "account" else FREE_FOR_ADDRESS
    # Two who try a name for the first time at the same moment: the second waits for the row of the first.
    add(rows, attempts, {"key_hash": key, "failures": 0, "last_at": now, "not_before": 0.0})
    known = rows.execute(select(attempts).where(attempts.c.key_hash == key).with_for_update()).one()
    long_ago = now - known.last_at > FORGOTTEN_AFTER
    if now < known.not_before and not long_ago:
        return int(known.not_before - now) + 1
    failures = 1 if long_ago else known.failures + 1
    pause = min(2 ** (failures - free), LONGEST_PAUSE) if failures >= free else 0
    changed = {"failures": failures, "last_at": now, "not_before": now + pause}
    rows.execute(update(attempts).where(attempts.c.key_hash == key).values(changed))
    return 0


def forget(rows: Rows, kind: str, value: str) -> None:
    """It went well."""
    rows.execute(delete(attempts).where(attempts.c.key_hash == _key(kind, value)))


def take_back(rows: Rows, kind: str, value: str) -> None:
    """This try went well. Those of others at the same address still count: one's own account must not clear the way to another."""
    rows.execute(update(attempts).where(attempts.c.key_hash == _key(kind, value)).values(failures=attempts.c.failures - 1))


def _key(kind: str, value: str) -> str:
    if kind == "address":
        value = _network(value)
    return sha256(f"{kind}:{value.casefold()}".encode()).hexdigest()


def _network(address: str) -> str:
    """Of IPv6 the first half, which is what one connection is given: whoever has one may write any second half."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((read, HALF), strict=False)) if read.version == 6 else address
