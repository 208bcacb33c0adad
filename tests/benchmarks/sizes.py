"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of events; `latency_rate` a second."""

    rounds: int
    sustained: int
    drain: int
    latency: int
    latency_rate: float
    small_backlog: int
    large_backlog: int


USUAL = Sizes(3, 5_000, 100_000, 1_000, 200, 10_000, 1_000_000)
QUICK = Sizes(1, 1_000, 5_000, 400, 200, 1_000, 5_000)
