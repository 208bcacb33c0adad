"""What an attack came to, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from faults.attack import Result


def lines(result: Result) -> Iterator[str]:
    yield f"seed {result.seed}: {result.seconds:.0f} s of faults, settled in {result.settled_in:.0f} s"
    yield from _table("carried", result.findings.counts)
    yield from _table("inflicted", result.done)
    yield from _table("killed at exact points", result.points)
    yield from _table("processes", {"started": result.started, **result.deaths})
    yield from result.findings.lines()
    yield from result.troubles
    yield "nothing lost, nothing applied twice, nothing stuck" if result.good else f"FAILED, seed {result.seed}"


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield title
        yield from (f"  {count:8,}  {what}" for what, count in sorted(counts.items(), key=lambda item: -item[1]) if count)
