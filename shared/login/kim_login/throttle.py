"""Slowing down who guesses: after a few failures each further try must wait longer, per account and per address.

A try is counted before it is looked at, so that two hundred at the same moment are no two hundred guesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Rows

from kim_login.tables import add, attempts

# Whose word on the browser's address counts: the proxies gunicorn believes, by the variable it reads them from.
PROXIES, USUAL_PROXIES = "FORWARDED_ALLOW_IPS", "127.0.0.1,::1"

HALF = 64  # bits
FORGOTTEN_AFTER = 24 * 3600
ACCOUNT, DESK, CODES, ADDRESS = "account", "desk", "codes", "address"
FREE_FOR_ACCOUNT, LONGEST_PAUSE = 5, 15 * 60
# A whole office has one address. Who mistypes now and then must not close it, nor who guesses there on purpose close it for long.
FREE_FOR_ADDRESS, LONGEST_FOR_ADDRESS, ONE_LESS_AFTER = 60, 30, 60


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, how many seconds the longest pause is, and after how many seconds one failure less counts; 0: never."""

    free: int
    longest: int
    one_less_after: int = 0

    @property
    def most(self) -> int:
        """Further failures make the pause no longer, so they are not counted: what went on for long is soon over too."""
        return self.free + self.longest.bit_length()


PATIENCE = {
    ACCOUNT: Patience(FREE_FOR_ACCOUNT, LONGEST_PAUSE),
    DESK: Patience(FREE_FOR_ACCOUNT, LONGEST_PAUSE),  # by the session its person has at a browser: who guesses elsewhere does not count
    CODES: Patience(FREE_FOR_ACCOUNT, LONGEST_PAUSE),  # by account too, and apart from its passwords: anybody can type a name
    ADDRESS: Patience(FREE_FOR_ADDRESS, LONGEST_FOR_ADDRESS, ONE_LESS_AFTER),
}


def sweep(rows: Rows, now: float) -> None:
    """Delete what counts no more."""
    rows.execute(delete(attempts).where(attempts.c.last_at < now - FORGOTTEN_AFTER))


def address_of(peer: str, forwarded: str) -> str:
    """The address of a browser: of who connects, or what the proxy of the house appended last to X-Forwarded-For.

    What a browser wrote there itself stands before it and counts nothing; what is no address counts nothing either.
    """
    known = {name.strip() for name in os.environ.get(PROXIES, USUAL_PROXIES).split(",")}
    told, peer = _as_written(forwarded.rpartition(",")[2].strip()), _as_written(peer) or peer
    return told if told and (peer in known or "*" in known) else peer


def must_wait(rows: Rows, kind: str, value: str, now: float) -> int:
    """Count a try. Returns the seconds it must wait before it may be made; 0: it may be made now."""
    key, patience = _key(kind, value), PATIENCE[kind]
    # Two who try a name for the first time at the same moment: the second waits for the row of the first.
    add(rows, attempts, {"key_hash": key, "failures": 0, "last_at": now, "not_before": 0.0})
    known = rows.execute(select(attempts).where(attempts.c.key_hash == key).with_for_update()).one()
    long_ago = now - known.last_at > FORGOTTEN_AFTER
    if now < known.not_before and not long_ago:
        return int(known.not_before - now) + 1
    passed = int(max(now - known.last_at, 0) // patience.one_less_after) if patience.one_less_after else 0
    failures = 1 if long_ago else min(max(known.failures - passed, 0) + 1, patience.most)
    pause = min(2 ** (failures - patience.free), patience.longest) if failures >= patience.free else 0
    # The minute that has begun goes on for the next try: else nothing would be forgiven where somebody signs in each half minute.
    since = known.last_at + passed * patience.one_less_after if patience.one_less_after and failures > 1 else now
    changed = {"failures": failures, "last_at": since, "not_before": now + pause}
    rows.execute(update(attempts).where(attempts.c.key_hash == key).values(changed))
    return 0


def forget(rows: Rows, kind: str, value: str) -> None:
    """It went well."""
    rows.execute(delete(attempts).where(attempts.c.key_hash == _key(kind, value)))


def unlock(rows: Rows, login: str, desks: Iterable[str]) -> None:
    """Whoever runs the provider knows who it is: what was tried with this account counts no more."""
    for kind in (ACCOUNT, CODES):
        forget(rows, kind, login)
    for session_id in desks:
        forget(rows, DESK, session_id)


def take_back(rows: Rows, kind: str, value: str) -> None:
    """This try went well. Those of others at the same address still count: one's own account must not clear the way to another."""
    rows.execute(update(attempts).where(attempts.c.key_hash == _key(kind, value)).values(failures=attempts.c.failures - 1))


def _key(kind: str, value: str) -> str:
    if kind == ADDRESS:
        value = _network(_as_written(value) or value)
    return sha256(f"{kind}:{value.casefold()}".encode()).hexdigest()


def _as_written(address: str) -> str:
    """An address in its one writing; empty: it is none. A socket for both kinds writes those of IPv4 into one of IPv6."""
    try:
        read = ip_address(address)
    except ValueError:
        return ""
    return str((read.ipv4_mapped if isinstance(read, IPv6Address) else None) or read)


def _network(address: str) -> str:
    """Of IPv6 the first half, which is what one connection is given: whoever has one may write any second half."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((read, HALF), strict=False)) if read.version == 6 else address
