"""The table of a run: medians over its rounds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.candidates import CANDIDATES
from benchmarks.measuring import Result


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


def _median(group: Sequence[Result], field: str) -> dict[str, float]:
    maps: list[Mapping[str, float]] = [getattr(one, field) for one in group]
    return {key: statistics.median(one[key] for one in maps) for key in maps[0]}


def table(results: Iterable[Result]) -> str:
    lines = []
    for one in medians(results):
        figure = ", ".join(f"{name} {value:.1f} ms" for name, value in one.latency.items()) or f"{one.rate:,.0f}/s"
        cpu = "  ".join(f"{kind} {value:.2f}" for kind, value in one.cpu.items())
        memory = "  ".join(f"{kind} {value:.0f}" for kind, value in one.memory.items())
        lines.append(
            f"{one.case:9} {CANDIDATES[one.candidate].title:36} {one.events:>7} events {one.senders} sender(s)  {figure}\n"
            f"{'':10}CPU ms an event: {cpu}\n{'':10}peak MB: {memory}"
        )
    return "\n".join(lines)
