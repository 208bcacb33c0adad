"""A Chromium for the tests of the pages.

The ladder: `CHROMIUM`; an installed one; Playwright's own; installing it; a line that says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from servers.ladder import Missing, apt_install, can_install, distribution, is_root

VARIABLE = "CHROMIUM"
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
WHAT_TO_DO = f"Chromium: install it (apt-get install chromium), or set {VARIABLE}=/path/to/chromium"


def find(*, install: bool = False, say: Callable[[str], None] = print) -> str:
    """The path of a Chromium. Raises Missing with what to install."""
    if given := os.environ.get(VARIABLE):
        if not Path(given).exists():
            raise Missing(f"{VARIABLE} names {given}, which does not exist")
        return given
    if found := _installed() or _playwrights_own():
        return found
    if install and can_install():
        if distribution() == "debian":
            apt_install("chromium", say)
        else:  # Ubuntu's package is only a pointer to a snap
            say("installing Chromium with playwright")
            subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], capture_output=True, check=False)
        if found := _installed() or _playwrights_own():
            return found
    raise Missing(WHAT_TO_DO)


def launch_arguments() -> dict[str, Any]:
    """What Playwright's `launch` needs to start it; Chromium's sandbox refuses root."""
    return {"executable_path": find(), "args": ["--no-sandbox"] if is_root() else []}


def _installed() -> str | None:
    for name in NAMES:
        found = shutil.which(name)
        if found and not _is_snap_pointer(found):
            return found
    return None


def _is_snap_pointer(path: str) -> bool:
    with Path(path).open("rb") as program:
        start = program.read(4096)
    return start.startswith(b"#!") and b"snap install" in start


def _playwrights_own() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)
