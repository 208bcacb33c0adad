"""Node, and the foreign OpenID provider that runs on it: needed by the tests of `tests/federation` alone.

The ladder: `NODE`; an installed one with npm; installing it; a line that says what to install.

The provider's packages are pinned with their hashes in `package-lock.json`, which names no host: npm asks where it is configured to.
`npm install --package-lock-only --omit-lockfile-registry-resolved` in that folder renews it.
"""

from __future__ import annotations

import fcntl
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
PINNED = ("package.json", "package-lock.json")


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
    """The folder with what a `package.json` and its lock name, fetched once; no script of a package runs. Raises Missing."""
    folder = into / "federation"
    into.mkdir(parents=True, exist_ok=True)
    with (into / "federation.lock").open("w") as one_at_a_time:  # tests run side by side
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (folder / "node_modules").is_dir() or not all(_same(wanted / name, folder / name) for name in PINNED):
            _fetch(wanted, folder)
    return folder


def _fetch(wanted: Path, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(WHAT_TO_DO)
    fresh = folder.with_name("federation.fresh")  # whole, or not there
    for one in (folder, fresh):
        shutil.rmtree(one, ignore_errors=True)
    fresh.mkdir()
    for name in PINNED:
        shutil.copyfile(wanted / name, fresh / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Missing("npm: oidc-provider could not be fetched in time; the first run needs a network") from None
    if done.returncode != 0:
        raise Missing("npm: oidc-provider could not be fetched as it is pinned; the first run needs a network")
    fresh.rename(folder)


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _installed() -> str | None:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return node if said.startswith("v") and int(said[1:].partition(".")[0]) >= OLDEST else None
