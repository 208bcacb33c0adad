"""The processes of one measurement: started together, read from /proc, and ended with the block, whatever happens."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
END_SECONDS = 25.0  # a courier finishes its round, for 20 s at most
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class ChildFailed(RuntimeError):
    """A process of a measurement ended or fell silent; the message holds the last lines it wrote."""


@dataclass
class Child:
    """`kind` is its part in the measurement: sender, relay, receiver."""

    kind: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self, word: str) -> None:
        """Wait until it has said `word` on a line of its own. Raises ChildFailed when it ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == word:
                return
        raise ChildFailed(f"{self.kind} ended before it was {word}:\n{self.tail()}")

    def tail(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])


class Crew:
    """All children of a measurement. None outlives the block, nor this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.children: list[Child] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(at_once=error is not None)

    def start(self, kind: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        log = self._folder / f"{len(self.children):02}-{kind}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                preexec_fn=_die_with_parent,
            )
        child = Child(kind, process, log)
        self.children.append(child)
        return child

    def check(self) -> None:
        """Raises ChildFailed when one has ended."""
        for child in self.children:
            if child.process.poll() is not None:
                raise ChildFailed(f"{child.kind} ended with {child.process.returncode}:\n{child.tail()}")

    def end(self, *, at_once: bool = False) -> None:
        children, self.children = self.children, []
        families = {one: _started(one) for child in children for one in (child.pid, *descendants(child.pid))}
        for child in children:
            child.process.terminate()
        deadline = time.monotonic() + (3.0 if at_once else END_SECONDS)
        for child in children:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait(10)
            for stream in (child.process.stdin, child.process.stdout):
                if stream is not None:
                    stream.close()
        for pid, started in families.items():
            if started and _started(pid) == started:  # not another process that was given its number
                os.kill(pid, signal.SIGKILL)


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def cpu_seconds(pid: int) -> float:
    """Of the process and of its children that it has waited for; 0 when it is gone."""
    fields = _stat(pid)
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS if fields else 0.0


def cpu_of_family(pid: int) -> float:
    """Of a process and of all that descend from it."""
    return sum(cpu_seconds(one) for one in (pid, *descendants(pid)))


def peak_memory(pid: int) -> float:
    """The largest resident set so far, in MB (10^6 bytes), of the process and the largest ones of its descendants added."""
    return sum(_peak(one) for one in (pid, *descendants(pid)))


def descendants(pid: int) -> list[int]:
    parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found, edge = [], [pid]
    while edge:
        edge = [child for child, parent in parents.items() if parent in edge]
        found += edge
    return found


def server_processes() -> dict[str, int]:
    """`postgres` and `broker`: the process ids of the servers that this process started; a given server is not among them."""
    found: dict[str, int] = {}
    for pid in descendants(os.getpid()):
        name = _name(pid)
        if name == "postgres" and "postgres" not in found and _name(_parent(pid)) != "postgres":
            found["postgres"] = pid
        if name == "beam.smp":
            found["broker"] = pid
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _started(pid: int) -> str:
    """When it was started, in ticks since the machine was: empty when it is gone."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)
