"""Where the time goes: py-spy beside every process of a measurement, and the heaviest functions of each thread."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import bounds
from benchmarks.processes import Child

HERTZ = 100
SHOWN = 14


class Profiler:
    """`program` is py-spy; folded stacks go to `folder`."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self.folder = folder
        self._running: list[tuple[str, Path, subprocess.Popen[bytes]]] = []
        self._texts: list[str] = []

    def shares(self, candidate: str) -> bounds.Profile:
        """What each working thread of the candidate did, of the cases that were recorded: title and shares. Of senders the first."""
        found = []
        for case, kind, thread, title in bounds.THREADS:
            if files := sorted(self.folder.glob(f"{candidate}-{case}-*-{kind}.folded")):
                found.append((title, bounds.shares(files[0].read_text(encoding="utf-8", errors="replace").splitlines(), thread)))
        return found

    def write(self) -> Path:
        """The summaries of all measurements, in one file."""
        file = self.folder / "summary.txt"
        file.write_text("\n\n".join(self._texts) + "\n", encoding="utf-8")
        return file

    def begin(self, title: str, children: Sequence[Child]) -> None:
        """`title` names the measurement in one word; a later one of that name overwrites its files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for place, child in enumerate(children):
            file = self.folder / f"{title}-{place}-{child.kind}.folded"
            command = [str(self._program), "record", "--pid", str(child.pid), "--rate", str(HERTZ), "--threads", "--format", "raw",
                       "--output", str(file)]  # fmt: skip
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            self._running.append((f"{title} {child.kind}", file, process))

    def end(self) -> None:
        """End the recordings and keep a summary of each for `write`."""
        running, self._running = self._running, []
        for _, _, process in running:
            process.send_signal(signal.SIGINT)
        for title, file, process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
            if file.exists():
                self._texts.append(summary(title, file.read_text(encoding="utf-8", errors="replace").splitlines()))


def summary(title: str, folded: Iterable[str]) -> str:
    """The heaviest functions of a process: share of its samples in the function itself, and with all it calls."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    threads: Counter[str] = Counter()
    total = 0
    for line in folded:
        stack, _, count = line.rpartition(" ")
        frames = [_place(frame) for frame in stack.split(";")]
        samples = int(count)
        total += samples
        threads[stack.partition(";")[0].rpartition(": ")[2]] += samples
        own[frames[-1]] += samples
        for frame in set(frames[1:]):
            whole[frame] += samples
    if not total:
        return f"{title}: no samples"
    lines = [f"{title}: {total} samples; threads: " + ", ".join(f"{name} {n / total:.0%}" for name, n in threads.most_common(6))]
    lines += ["  itself"] + [f"  {n / total:6.1%}  {name}" for name, n in own.most_common(SHOWN)]
    lines += ["  with what it calls"] + [f"  {n / total:6.1%}  {name}" for name, n in whole.most_common(2 * SHOWN)]
    return "\n".join(lines)


def _place(frame: str) -> str:
    """`function (path/to/file.py:12)` without the line, so that a function is counted once, and with the last two folders only."""
    name, bracket, where = frame.partition(" (")
    if not bracket:
        return frame
    file = where.rstrip(")").rpartition(":")[0]
    return f"{name} ({'/'.join(Path(file).parts[-2:])})"
