"""The processes of the demonstration: started together, watched, and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
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


def busy_ports(address: str, ports: Sequence[int]) -> list[int]:
    """Those of the ports that somebody else listens on."""
    busy = []
    for port in ports:
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
class Supervisor:
    logs: Path
    _children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str], variables: Mapping[str, str]) -> None:
        """Start a Python module as a child that a Ctrl-C at the terminal does not reach: this process stops it in its own time."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KIM_")} | dict(variables)
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

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
                raise StartFailed(f"{name} ended with {child.returncode}; its log is {self.logs / f'{name}.log'}")

    def stop(self) -> list[str]:
        """Stop every child: politely, then for good. Returns the names of those that had to be killed."""
        running = {name: child for name, child in self._children.items() if child.poll() is None}
        for child in running.values():
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        killed = []
        for name, child in running.items():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                killed.append(name)
        self._children.clear()
        return killed


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2) as response:  # noqa: S310 - an address of this machine, made by the layout
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
