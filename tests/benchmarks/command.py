"""`./kim bench bus`: rounds of all candidates in turn, one table, and how far each goal was met."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from servers.ladder import Missing

from benchmarks import machine, ours
from benchmarks.backlog import Backlogs
from benchmarks.candidates import CANDIDATES, Candidate
from benchmarks.measuring import Bench, Result
from benchmarks.processes import ChildFailed
from benchmarks.profiles import Profiler
from benchmarks.report import table
from benchmarks.sizes import FULL, QUICK, USUAL, Sizes

CASES = ("sustained", "drain", "latency")


def main(arguments: Sequence[str], results: Path, peers: Callable[[], Path]) -> int:
    """`peers` gives the folder of programs of the peers' environment, and makes it first where it is not there."""
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every block ends its processes
    sizes = QUICK if options.quick else FULL if options.full else USUAL
    rounds = options.rounds or sizes.rounds
    chosen = [CANDIDATES[name] for name in options.only] if options.only else list(CANDIDATES.values())
    programs = peers() if options.profile or any(one.is_peer for one in chosen) else Path()
    try:
        with machine.running() as servers:
            profiler = Profiler(programs / "py-spy", results.parent / "profiles") if options.profile else None
            bench = Bench(servers, ours.prepare(servers.folder), Backlogs(servers), programs / "python", profiler)
            found: list[Result] = []
            for number in range(rounds):
                for case in options.case or CASES:
                    for candidate in chosen:
                        if case in candidate.cases:
                            found += measure(bench, candidate, case, sizes, number)
            record = {"versions": servers.versions(), "rounds": rounds, "results": [one.as_dict() for one in found]}
    except Missing as missing:
        print(f"kim bench: {missing}", file=sys.stderr)
        return 1
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for text in profiler.texts if profiler else ():
        print(text)
    print(table(found))
    return 0


def measure(bench: Bench, candidate: Candidate, case: str, sizes: Sizes, number: int) -> list[Result]:
    try:
        made = _measure(bench, candidate, case, sizes)
    except ChildFailed as failure:  # one that cannot run must not keep the others from being measured
        print(f"round {number + 1}  {case:9}  {candidate.name:12}  FAILED: {failure}", flush=True)
        return []
    for one in made:
        figure = f"p50 {one.latency['p50']:.1f} ms, p99 {one.latency['p99']:.1f} ms" if one.latency else f"{one.rate:,.0f}/s"
        print(f"round {number + 1}  {case:9}  {candidate.name:12}  {one.senders} sender(s)  {figure}", flush=True)
    return made


def _measure(bench: Bench, candidate: Candidate, case: str, sizes: Sizes) -> list[Result]:
    if case == "sustained":
        return [bench.sustained(candidate, sizes.sustained, senders) for senders in candidate.senders]
    if case == "drain":
        return [bench.drain(candidate, min(sizes.drain, candidate.backlog))]
    return [bench.latency(candidate, sizes.latency, sizes.latency_rate)]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./kim bench bus", description=__doc__)
    parser.add_argument("--rounds", type=int, help="how often each is measured, in turn; the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="one round of few events: whether it runs, not how fast")
    parser.add_argument("--full", action="store_true", help="a backlog of a million too")
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"some of {','.join(CANDIDATES)}")
    parser.add_argument("--case", type=lambda text: text.split(","), help=f"some of {','.join(CASES)}")
    parser.add_argument("--profile", action="store_true", help="record where each process spends its time (slows all)")
    return parser
