"""`./kim bench bus`: rounds of all candidates in turn, one table, and how far each goal was met."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from servers.ladder import Missing

from benchmarks import bounds, documents, machine, ours
from benchmarks.backlog import Backlogs
from benchmarks.bounds import Profile
from benchmarks.candidates import CANDIDATES, PEERS, Candidate
from benchmarks.measuring import Bench
from benchmarks.processes import ChildFailed
from benchmarks.profiles import Profiler
from benchmarks.report import aligned, table
from benchmarks.results import Result, best
from benchmarks.sizes import QUICK, USUAL, Sizes

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "docs"
PINS = Path(__file__).with_name("requirements.txt")
CASES = ("sustained", "drain", "latency", "backlog")
PROFILED = ("sustained", "drain")
ENDED = 143  # as a shell says it of a process that SIGTERM ended


def main(arguments: Sequence[str], folder: Path, peers: Callable[[], Path]) -> int:
    """Results and profiles go to `folder`. `peers` gives the programs of the peers' environment, and makes it where it is not there."""
    reader = parser()
    options = reader.parse_args(arguments)
    if options.profile and options.write_docs:
        reader.error("--profile measures no rates, so it has nothing to write into the page")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # so that every block ends its processes
    chosen = [one for one in CANDIDATES.values() if one.name in (options.only or CANDIDATES)]
    sizes = QUICK if options.quick else USUAL
    rounds = 0 if options.profile else options.rounds or sizes.rounds
    cases = options.case or CASES
    profiled = [] if options.quick else [(one, case) for one in chosen if one.name == "ours" for case in PROFILED if case in cases]
    try:
        programs = peers() if profiled or any(one.is_peer for one in chosen) else Path()
        with machine.running() as servers:
            bench = Bench(servers, ours.prepare(servers.folder), Backlogs(servers), programs / "python")
            run = Run(bench, sizes)
            for number in range(rounds):
                run.round(number, chosen, cases)
            profile = run.profile(profiled, Profiler(programs / "py-spy", folder / "profiles"))
            record = {
                "date": datetime.now(UTC).date().isoformat(),
                "machine": machine.hardware(),
                "versions": servers.versions(),
                "peers": machine.pinned(PINS, [one.name for one in PEERS]),
                "rounds": rounds,
                "results": [one.as_dict() for one in run.results],
            }
    except Missing as missing:
        print(f"kim bench: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kim bench: ended; nothing is written", file=sys.stderr)
        return 130
    report(record, run.results, profile, folder, write_docs=options.write_docs)
    return 1 if run.failed else 0


def report(record: dict[str, Any], results: Sequence[Result], profile: Profile, folder: Path, *, write_docs: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if results:
        print(f"\n{table(results)}")
    if profile:
        print(f"\n{aligned(*bounds.rows(profile))}")
    for file in documents.write(record, results, profile, DOCUMENTS) if write_docs else ():
        print(f"kim bench: wrote {file.relative_to(ROOT)}")


@dataclass
class Run:
    bench: Bench
    sizes: Sizes
    results: list[Result] = field(default_factory=list)
    failed: bool = False

    def round(self, number: int, chosen: Sequence[Candidate], cases: Collection[str]) -> None:
        for case in cases:
            if case == "backlog" and number:
                continue  # once a run: its large backlog takes long enough
            for candidate in chosen:
                if case in candidate.cases:
                    self._measure(f"round {number + 1}", candidate, case)

    def profile(self, wanted: Sequence[tuple[Candidate, str]], profiler: Profiler) -> Profile:
        """Measure once more with a recorder beside each process, which slows them: for the shares alone, and never for the rates."""
        shutil.rmtree(profiler.folder, ignore_errors=True)
        slowed = Run(replace(self.bench, profiler=profiler), self.sizes)
        for candidate, case in wanted:
            slowed._measure("profile", candidate, case)
        self.failed = self.failed or slowed.failed
        if wanted:
            print(f"kim bench: wrote {profiler.write()}")
        return profiler.shares("ours") if wanted else []

    def _measure(self, heading: str, candidate: Candidate, case: str) -> None:
        """Once more when it fails: a broker that was just given a vhost ends a connection now and then. Twice is a failure of the run."""
        try:
            self._keep(heading, candidate, case)
        except ChildFailed as failure:
            print(f"{heading}  {case:17} {candidate.name:12} measured again, since: {failure}", flush=True)
            try:
                self._keep(heading, candidate, case)
            except ChildFailed as again:  # who cannot run must not keep the others from being measured
                self.failed = True
                print(f"{heading}  {case:17} {candidate.name:12} FAILED: {again}", flush=True)

    def _keep(self, heading: str, candidate: Candidate, case: str) -> None:
        measured = list(self._results(candidate, case))  # all of a case or nothing
        self.results += measured
        for one in measured:
            rate = f"{one.rate:,.0f}/s" if not one.latency else f"p50 {one.latency['p50']:.1f} ms, p99 {one.latency['p99']:.1f} ms"
            print(f"{heading}  {one.case:17} {candidate.name:12} {one.events:>9,} events, {one.senders} sender(s): {rate}", flush=True)

    def _results(self, candidate: Candidate, case: str) -> Iterator[Result]:
        bench, sizes = self.bench, self.sizes
        if case == "sustained":
            kept = best(self.results, "sustained").get(candidate.name)  # both are tried in the first round
            for senders in candidate.senders if kept is None else (kept.senders,):
                yield bench.sustained(candidate, sizes.sustained, senders)
        elif case == "drain":
            yield bench.drain(candidate, min(sizes.drain, candidate.backlog))
        elif case == "latency":
            yield bench.latency(candidate, sizes.latency, sizes.latency_rate)
        else:
            for events in (sizes.small_backlog, sizes.large_backlog):
                yield from bench.backlog(candidate, events)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./kim bench bus", description=__doc__)
    parser.add_argument("--rounds", type=int, help="how often each is measured, in turn; the median counts (3)")
    parser.add_argument("--quick", action="store_true", help="one round of few events: whether it runs, not how fast")
    parser.add_argument("--only", type=_some_of(CANDIDATES), help=f"some of {','.join(CANDIDATES)}")
    parser.add_argument("--case", type=_some_of(CASES), help=f"some of {','.join(CASES)}")
    parser.add_argument("--write-docs", action="store_true", help="write the results into docs/benchmarks.md, and its chart")
    parser.add_argument("--profile", action="store_true", help="only where this bus spends its time, which else comes last")
    return parser


def _some_of(allowed: Collection[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: none of {', '.join(allowed)}")
        return names

    return read
