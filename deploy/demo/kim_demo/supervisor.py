"""The processes of the demonstration: started together, watched, and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

STOP_SECONDS = 15.0
START_SECONDS = 60.0


class StartFailed(Exception):
    """A process did not come up; the message says which, and where it wrote why."""


class Stopped(Exception):
    """Ctrl-C, or a polite kill."""


def busy_ports(places: Sequence[tuple[str, int]]) -> list[int]:
    """Of hosts and ports the ports that somebody else listens on."""
    busy = []
    for address, port in places:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                busy.append(port)
    return busy


def stop_on_signals() -> None:
    """Turn SIGINT and SIGTERM into the exception `Stopped` in the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


@dataclass
class Child:
    """A process of the demonstration; `ended` is its exit code once it is known."""

    pid: int
    ended: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
        return self.ended


@dataclass
class Supervisor:
    logs: Path
    _children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, run: Callable[[], int], variables: Mapping[str, str]) -> None:
        """Start `run` as a process that a Ctrl-C at the terminal does not reach: this one stops it in its own time.

        It is forked, so that what all processes import is read once and not thirteen times. Nothing may be open here meanwhile.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self._children[name] = Child(pid)
            return
        code = 1
        try:
            _become(self.logs / f"{name}.log", variables)
            code = run()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except Exception:  # noqa: BLE001 - into the child's own log; the exit code tells the parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def wait_until_ready(self, addresses: Sequence[str]) -> None:
        """Until every address answers /readyz; raises StartFailed when a child ends or time runs out."""
        waiting = list(addresses)
        deadline = time.monotonic() + START_SECONDS
        while waiting:
            waiting = [address for address in waiting if not _answers(f"{address}/readyz")]
            self.check()
            if waiting and time.monotonic() > deadline:
                raise StartFailed(f"{', '.join(waiting)} did not answer in {START_SECONDS:.0f} s; the logs are in {self.logs}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises StartFailed when a child has ended that should run."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise StartFailed(f"{name} ended with {child.ended}; its log is {self.logs / f'{name}.log'}")

    def stop(self) -> list[str]:
        """Stop every child: politely, then for good. Returns the names of those that had to be killed."""
        running = {name: child for name, child in self._children.items() if child.poll() is None}
        for child in running.values():
            os.kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.poll() is None for child in running.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        killed = [name for name, child in running.items() if child.poll() is None]
        for name in killed:
            os.killpg(running[name].pid, signal.SIGKILL)
            os.waitpid(running[name].pid, 0)
        self._children.clear()
        return killed


def _become(log: Path, variables: Mapping[str, str]) -> None:
    """Make this fork a process of its own: its session, its signals, its output, its settings."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with log.open("ab") as out, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    for name in [name for name in os.environ if name.startswith("KIM_")]:
        del os.environ[name]
    os.environ.update(variables)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as response:  # noqa: S310 - an address of this machine, made by the layout
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
