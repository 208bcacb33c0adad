"""`./kim check`: format, lint, types, import rules, generated files. Every check runs, all faults are shown."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from kim_tools.tree import ROOT, STRICT_ROOMS, libraries, services, source_folders

SCRIPTS = Path(sys.executable).parent


def typed_packages() -> list[str]:
    """What mypy reads strictly: the shared libraries and these tools whole, of the services what holds their sense."""
    rooms = [f"kim_{service}.{room}" for service in services() for room in STRICT_ROOMS]
    return [f"kim_{name}" for name in (*libraries(), "tools")] + [room for room in rooms if find_spec(room)]


def checks() -> dict[str, list[str]]:
    """Name -> command."""
    packages = [part for name in typed_packages() for part in ("-p", name)]
    return {
        "format": [str(SCRIPTS / "ruff"), "format", "--check", "."],
        "lint": [str(SCRIPTS / "ruff"), "check", "--quiet", "."],
        "types": [sys.executable, "-m", "mypy", "--no-error-summary", *packages],
        "import rules": [str(SCRIPTS / "lint-imports")],
        "generated files": [sys.executable, "-m", "kim_tools.generate", "--compare"],
    }


def main() -> int:
    """Run them two at a time; 0 when all hold."""
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(map(str, [*source_folders(), ROOT / "tests"])), "PYTHONPATH": ""}

    def run(name: str, command: list[str]) -> tuple[str, float, subprocess.CompletedProcess[str]]:
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return name, time.monotonic() - begun, done

    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, seconds, done in pool.map(lambda item: run(*item), checks().items()):
            verdict = "ok" if done.returncode == 0 else "FAILED"
            print(f"{name:16} {verdict:7} {seconds:5.1f} s", flush=True)
            if done.returncode != 0:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    print(f"kim check: {', '.join(failed)} failed" if failed else "kim check: all hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
