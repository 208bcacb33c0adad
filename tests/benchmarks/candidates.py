"""Who is measured: this bus and its variants, the peers, and the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """`module` is run with the name of a part: `sender`, and those in `crew` by case.

    `senders` are the numbers of sender processes tried in the sustained case; the best counts. `backlog` is how many events are
    drained at most: peers are too slow for more. `classic`: its queue is a classic durable one, since it cannot use a quorum queue.
    `python`: of its own environment.
    """

    name: str
    title: str
    module: str
    crew: Mapping[str, Sequence[str]]
    options: Mapping[str, Any] = field(default_factory=dict)
    is_ours: bool = False
    is_peer: bool = False
    classic: bool = False
    python: Path | None = None
    backlog: int = 1_000_000
    senders: Sequence[int] = (1, 2)
    cases: Sequence[str] = ("sustained", "drain", "latency")


def _ours(name: str, title: str, **options: Any) -> Candidate:
    couriers = ("intake", "casework")
    crew = {"sustained": couriers, "drain": couriers, "latency": couriers}
    return Candidate(
        name, title, "benchmarks.ours", crew, options, is_ours=True, cases=tuple(crew) if not options else ("sustained", "drain")
    )


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
CANDIDATES = {one.name: one for one in (*OURS, LIMIT)}
