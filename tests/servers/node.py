"""Node, and the foreign OpenID provider that runs on it: needed by the tests of `tests/federation` alone.

The ladder: `NODE`; an installed one with npm; installing it; a line that says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from servers.ladder import Missing, apt_install, can_install

VARIABLE = "NODE"
OLDEST = 20
WHAT_TO_DO = f"Node {OLDEST} or newer with npm: install it (apt-get install nodejs npm), or set {VARIABLE}=/path/to/node"
SECONDS = 180


def find(*, install: bool = False, say: Callable[[str], None] = print) -> str:
    """The path of a Node that is new enough. Raises Missing with what to install."""
    if given := os.environ.get(VARIABLE):
        if not Path(given).exists():
            raise Missing(f"{VARIABLE} names {given}, which does not exist")
        return given
    if found := _installed():
        return found
    if install and can_install():
        apt_install("nodejs", say)
        if shutil.which("npm") is None:  # Debian has it apart, others bring it along
            apt_install("npm", say)
        if found := _installed():
            return found
    raise Missing(WHAT_TO_DO)


def packages(wanted: Path, into: Path) -> Path:
    """The folder with what a `package.json` names, fetched once; no script of a package runs. Raises Missing."""
    folder = into / "federation"
    kept, text = folder / "package.json", wanted.read_text(encoding="utf-8")
    if kept.is_file() and kept.read_text(encoding="utf-8") == text and (folder / "node_modules").is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(WHAT_TO_DO)
    shutil.rmtree(folder, ignore_errors=True)
    fresh = folder.with_name(f"federation.{os.getpid()}")
    fresh.mkdir(parents=True)
    (fresh / "package.json").write_text(text, encoding="utf-8")
    command = [npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Missing("npm: oidc-provider could not be fetched in time; the first run needs a network") from None
    if done.returncode != 0:
        raise Missing("npm: oidc-provider could not be fetched; the first run needs a network")
    fresh.rename(folder)
    return folder


def _installed() -> str | None:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return node if said.startswith("v") and int(said[1:].partition(".")[0]) >= OLDEST else None
