"""What was measured, medians of it, and what it says about the goals."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.candidates import PEERS

PEER_NAMES = tuple(peer.name for peer in PEERS)
COURIERS = ("intake", "casework")


@dataclass(frozen=True)
class Result:
    """`rate` is in events a second; `latency` in ms by percentile; `cpu` in ms an event, `memory` the peak in MB, by kind of process."""

    candidate: str
    case: str
    events: int
    senders: int
    rate: float
    cpu: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, float] = field(default_factory=dict)
    latency: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Goal:
    """`value` is what was reached; None where it was not measured. `least` says whether more is better."""

    text: str
    value: float | None
    target: float
    unit: str
    least: bool = True

    @property
    def met(self) -> bool:
        return self.value is not None and (self.value >= self.target if self.least else self.value <= self.target)

    def verdict(self) -> str:
        """`met`, or by how much it was missed."""
        if self.value is None:
            return "not measured"
        if self.met:
            return "met"
        return f"missed by {abs(self.value - self.target) / self.target:.0%}"


def medians(results: Iterable[Result]) -> list[Result]:
    """One a candidate, case, number of senders and of events, in the order in which they first came."""
    groups: dict[tuple[str, str, int, int], list[Result]] = {}
    for one in results:
        groups.setdefault((one.candidate, one.case, one.senders, one.events), []).append(one)
    return [
        Result(
            name, case, events, senders, statistics.median(one.rate for one in group),
            _median(group, "cpu"), _median(group, "memory"), _median(group, "latency"),
        )
        for (name, case, senders, events), group in groups.items()
    ]  # fmt: skip


def best(rows: Iterable[Result], case: str) -> dict[str, Result]:
    """Of each candidate the row with the number of senders that suited it best."""
    found: dict[str, Result] = {}
    for one in rows:
        if one.case == case and (one.candidate not in found or one.rate > found[one.candidate].rate):
            found[one.candidate] = one
    return found


def goals(rows: Sequence[Result]) -> list[Goal]:
    """The goals of the issue, from medians."""
    sustained, drain = best(rows, "sustained"), best(rows, "drain")
    latency = best(rows, "latency").get("ours")
    return [
        Goal("sustained, beside the best peer", _ratio(sustained, "ours", PEER_NAMES), 3, "×"),
        Goal("sustained, of the limit", _ratio(sustained, "ours", ("limit",)), 0.6, "×"),
        Goal("drain, beside the best peer", _ratio(drain, "ours", PEER_NAMES), 8, "×"),
        Goal("drain, of the limit", _ratio(drain, "ours", ("limit",)), 0.5, "×"),
        Goal("drain without validation, of the limit", _ratio(drain, "unvalidated", ("limit",)), 0.6, "×"),
        Goal("latency at 200/s, p50", latency.latency["p50"] if latency else None, 15, "ms", least=False),
        Goal("latency at 200/s, p99", latency.latency["p99"] if latency else None, 40, "ms", least=False),
        Goal("largest courier process", _largest_courier(rows), 80, "MB", least=False),
        Goal("rate with a large backlog, of that with a small one", _steadiness(rows), 0.8, "×"),
    ]


def _median(group: Sequence[Result], name: str) -> dict[str, float]:
    maps: list[Mapping[str, float]] = [getattr(one, name) for one in group]
    return {key: statistics.median(one[key] for one in maps) for key in maps[0]}


def _ratio(rows: Mapping[str, Result], name: str, others: Iterable[str]) -> float | None:
    rates = [rows[other].rate for other in others if other in rows]
    return rows[name].rate / max(rates) if name in rows and rates else None


def _largest_courier(rows: Iterable[Result]) -> float | None:
    sizes = [one.memory[kind] for one in rows for kind in COURIERS if one.candidate == "ours" and kind in one.memory]
    return max(sizes, default=None)


def _steadiness(rows: Iterable[Result]) -> float | None:
    """The worst of the parts of a courier."""
    by_part: dict[str, list[Result]] = {}
    for one in rows:
        if one.case.startswith("backlog"):
            by_part.setdefault(one.case, []).append(one)
    size: Callable[[Result], int] = lambda one: one.events  # noqa: E731
    shares = [max(some, key=size).rate / min(some, key=size).rate for some in by_part.values() if len(some) > 1]
    return min(shares, default=None)
