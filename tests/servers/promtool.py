"""Prometheus's own check of metrics, for the tests of `/metrics`.

The ladder: `PROMTOOL`; an installed one; installing it; a line that says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from servers.ladder import Missing, apt_install, can_install

VARIABLE = "PROMTOOL"
WHAT_TO_DO = f"promtool: install it (apt-get install prometheus), or set {VARIABLE}=/path/to/promtool"


def find(*, install: bool = False, say: Callable[[str], None] = print) -> str:
    """The path of a promtool. Raises Missing with what to install."""
    if given := os.environ.get(VARIABLE):
        if not Path(given).exists():
            raise Missing(f"{VARIABLE} names {given}, which does not exist")
        return given
    if found := shutil.which("promtool"):
        return found
    if install and can_install():
        apt_install("prometheus", say)
        if found := shutil.which("promtool"):
            return found
    raise Missing(WHAT_TO_DO)


def faults(exposition: str) -> list[str]:
    """What promtool finds wrong with the text of a `/metrics`, a line each."""
    done = subprocess.run([find(), "check", "metrics"], input=exposition, capture_output=True, text=True, timeout=30, check=False)
    return [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
