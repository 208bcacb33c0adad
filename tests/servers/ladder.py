"""What the ladders have in common: the sentence when no rung holds, ports, commands as another user, and installing with apt."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
STEADY_PORTS = (10_000, 21_000)  # below those of the marked houses; Linux gives outgoing connections ports from 32768
_claims: list[socket.socket] = []  # open as long as this process


class Missing(Exception):
    """No rung of the ladder holds; the message says exactly what to install or to set."""


class NotReady(Exception):
    """A server was started and did not answer; the message says where its log is."""


def free_port() -> int:
    """A TCP port on the loopback interface that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def steady_port() -> int:
    """A free TCP port that no outgoing connection is ever given, so that a server that was stopped finds its own again. It is this
    process's until it ends: nobody else who asks here is given it, though its server is not up yet or is down at the moment."""
    while True:
        port = random.SystemRandom().randrange(*STEADY_PORTS)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0kim-steady-port-{port}")  # a name in the kernel, gone with its process
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def wait_until(answers: Callable[[], bool], what: str, seconds: float = 90, alive: Callable[[], bool] = lambda: True) -> None:
    """Wait for a server that is starting; raises NotReady when its process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answers():
            return
        if not alive():
            raise NotReady(f"{what} ended while starting")
        time.sleep(0.2)
    raise NotReady(f"{what} did not answer within {seconds:.0f} s")


def is_root() -> bool:
    return os.geteuid() == 0


def docker_answers() -> bool:
    """Whether a Docker engine can be reached."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        done = subprocess.run([docker, "version", "--format", "{{.Server.Version}}"], capture_output=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def distribution() -> str:
    """`debian`, `ubuntu`, or another name; empty where /etc/os-release is missing."""
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("ID=")), "")


def can_install() -> bool:
    """Whether packages can be installed: as root, on Debian or Ubuntu."""
    return is_root() and distribution() in {"debian", "ubuntu"} and shutil.which("apt-get") is not None


def apt_install(package: str, say: Callable[[str], None]) -> None:
    """Install a package without starting the service it brings; raises Missing when apt cannot."""
    say(f"installing {package} with apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _services_stay_down():
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise Missing(f"`{' '.join(command)}` failed: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}")


@contextmanager
def _services_stay_down() -> Iterator[None]:
    """The tests start their own private servers; an installed package must not start another on the usual port."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
