"""Who is measured: this bus and its variants, the peers, and the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """`module` is run with the name of a part: `sender`, and those in `crew` by case.

    `senders` are the numbers of sender processes tried in the sustained case; the best counts. `backlog` is how many events are
    drained at most: peers are too slow for more, and of the variants half will do.
    """

    name: str
    title: str
    module: str
    crew: Mapping[str, Sequence[str]]
    options: Mapping[str, Any] = field(default_factory=dict)
    is_ours: bool = False
    is_peer: bool = False
    backlog: int = 100_000
    senders: Sequence[int] = (1, 2)
    cases: Sequence[str] = ("sustained", "drain", "latency")


def _ours(name: str, title: str, **options: Any) -> Candidate:
    couriers = ("intake", "casework")
    crew = {"sustained": couriers, "drain": couriers, "latency": couriers}
    cases = ("sustained", "drain") if options else (*crew, "backlog")
    return Candidate(name, title, "benchmarks.ours", crew, options, is_ours=True, backlog=50_000 if options else 100_000, cases=cases)


OURS = (
    _ours("ours", "this bus"),
    _ours("unsigned", "this bus without signatures", unsigned=True),
    _ours("sealed", "this bus, events sealed", sealed=True),
    _ours("unvalidated", "this bus without validation", unvalidated=True),
)
LIMIT = Candidate(
    "limit",
    "the limit: pika and psycopg by hand",
    "benchmarks.limit",
    {"sustained": ("relay", "receiver"), "drain": ("publisher", "receiver"), "latency": ("relay", "receiver")},
)


def _peer(name: str, title: str, **options: Any) -> Candidate:
    crew = {"sustained": ("receiver",), "drain": ("receiver",), "latency": ("receiver",)}
    return Candidate(name, title, f"benchmarks.peers.{name}_peer", crew, options, is_peer=True, backlog=5_000)


# Their settings are those that did best of the ones in docs/benchmarks.md.
PEERS = (
    _peer("faststream", "FastStream", workers=50, in_flight=100),
    _peer("celery", "Celery", pool="solo", workers=1, prefetch=64),
    _peer("dramatiq", "Dramatiq", processes=2, threads=4),
    _peer("nameko", "Nameko", workers=10),
)
CANDIDATES = {one.name: one for one in (*OURS, *PEERS, LIMIT)}
