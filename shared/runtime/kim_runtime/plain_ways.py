"""Addresses that lead to another machine in the clear: nothing starts with one outside the demonstration, unless the house names it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

ENOUGH = "verify-full"  # the one mode of PostgreSQL in which TLS looks whose certificate it is


def leads_away_in_the_clear(address: str, plain: str, meant: frozenset[str]) -> bool:
    """Whether what is said to this address can be read on the way: `plain` is the scheme without TLS, `meant` hosts reached so on purpose.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or host in meant or is_here(host):
        return False
    if parts.scheme.startswith("postgresql"):
        return parse_qs(parts.query).get("sslmode") != [ENOUGH]
    return parts.scheme == plain


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
