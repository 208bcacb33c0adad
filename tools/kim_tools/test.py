"""`./kim test`: first the quick tier, which needs nothing but Python, then what needs servers, which are found or set up first.

The last line names what could not run, and why. With `--all`, or where `CI=true`, such a gap fails the run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from kim_tools.tree import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from servers import chromium, node, postgres, promtool, rabbitmq
from servers.ladder import Missing
from servers.tiers import TIERS

QUICK = " and ".join(f"not {tier}" for tier in TIERS)
SLOW = " or ".join(TIERS)
NOTHING_COLLECTED = 5
MEMORY, ENOUGH_MEMORY = Path("/dev/shm"), 6 * 1024**3  # noqa: S108 - a folder of our own with a drawn name is made there
# Quick tests share nothing but the files of the tree. The others share servers and houses with their folder: see servers.plugin.ByFolder.
# They wait for servers and browsers a third of their time: one process more than there are cores.
CORES = os.cpu_count() or 1
BY_FILE = (f"--numprocesses={min(4, CORES)}", "--dist=loadfile")
BY_FOLDER = (f"--numprocesses={min(4, CORES + 1)}", "--dist=loadscope", "--no-loadscope-reorder")


def main(arguments: Sequence[str] | None = None) -> int:
    options, rest = _parser().parse_known_args(arguments)
    begun = time.monotonic()
    gaps: dict[str, str] = {}
    examples = f"--hypothesis-profile={'quick' if options.quick else 'thorough'}"
    verdicts = [_pytest("quick", QUICK, [*BY_FILE, examples, *rest], gaps)]
    if not options.quick:
        for server in (rabbitmq, postgres, chromium, promtool, node):
            _find(server, install=not options.no_install)
        verdicts.append(_pytest("full", SLOW, [*BY_FOLDER, *rest], gaps))
    passed = all(verdicts) and not (gaps and _gaps_fail(options.all))
    words = [f"{'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.0f} s"]
    words += [f"could not run: {tier} ({reason})" for tier, reason in sorted(gaps.items())]
    _say("; ".join(words))
    return 0 if passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./kim test", description="Further arguments go to pytest: paths, -k, -x …")
    parser.add_argument("--quick", action="store_true", help="only the tier that needs nothing but Python")
    parser.add_argument("--all", action="store_true", help="fail when a tier cannot run")
    parser.add_argument("--no-install", action="store_true", help="install nothing on this machine")
    return parser


def _gaps_fail(everything: bool) -> bool:
    return everything or os.environ.get("CI", "").lower() in {"true", "1"}


def _find(server: ModuleType, *, install: bool) -> None:
    try:
        found = server.find(install=install, say=_say)
        _say(f"{server.__name__.rpartition('.')[2]}: {found}")
    except Missing as missing:
        _say(str(missing))


def _say(line: str) -> None:
    print(f"kim test: {line}", flush=True)


def _pytest(name: str, expression: str, rest: Sequence[str], gaps: dict[str, str]) -> bool:
    """Run the tests of some tiers; adds to `gaps` what was skipped and why. True when all that ran passed."""
    _say(f"{name} tier")
    with tempfile.TemporaryDirectory(prefix="kim-test-", dir=_in_memory()) as folder:
        Path(folder).chmod(0o711)  # a server of the tests may run as another user
        report = Path(folder) / "gaps.json"
        command = [sys.executable, "-m", "pytest", "-m", expression, "--quiet", "--durations=5", f"--gaps-to={report}", *rest]
        code = subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, "TMPDIR": folder}).returncode
        if report.exists():
            gaps.update(json.loads(report.read_text(encoding="utf-8")))
    return code in {0, NOTHING_COLLECTED}


def _in_memory() -> Path | None:
    """Where files cost no wait for a disk, which a third of the quick tier was; None where there is no such room, or too little."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    return MEMORY if os.access(MEMORY, os.W_OK) and room.f_bavail * room.f_frsize >= ENOUGH_MEMORY else None


if __name__ == "__main__":
    sys.exit(main())
