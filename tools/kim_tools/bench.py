"""./kim bench bus: how fast the bus is, beside its peers and the limit of hand-written code. Needs RabbitMQ and PostgreSQL.
./kim bench http: what a request costs, beside a bare Flask view. Needs PostgreSQL.

The peers of the bus have pinned requirements and an environment of their own, `var/bench-venv`, made when it is first needed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from kim_tools.tree import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from benchmarks import command
from benchmarks.http import command as http_command

RESULTS = ROOT / "var/bench"
REQUIREMENTS = ROOT / "tests/benchmarks/requirements.txt"
ENVIRONMENT = ROOT / "var/bench-venv"


def main(arguments: Sequence[str]) -> int:
    which, *rest = arguments or ("",)
    if which == "bus":
        return command.main(rest, RESULTS, peers_programs)
    if which == "http":
        return http_command.main(rest, RESULTS)
    print(f"{__doc__}\n./kim bench bus --help, ./kim bench http --help", file=sys.stderr)
    return 2


def peers_programs() -> Path:
    """The folder of programs of the peers' environment. Ends the program when it cannot be made."""
    stamp = ENVIRONMENT / "kim-stamp"
    wanted = f"{sys.version} {hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()}"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"kim bench: setting up the peers in {ENVIRONMENT.relative_to(ROOT)} (once, about a minute)", file=sys.stderr)
        uv = shutil.which("uv")
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=uv is None).create(ENVIRONMENT)
        python = str(ENVIRONMENT / "bin/python")
        pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "--disable-pip-version-check"]
        done = subprocess.run(
            [*pip, "--quiet", "--require-hashes", "--no-deps", "-r", str(REQUIREMENTS)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = done.stderr.strip()[-500:]
            sys.exit(f"{said}\nkim bench: {REQUIREMENTS.relative_to(ROOT)} could not be installed; the first run needs a network")
        stamp.write_text(wanted, encoding="utf-8")
    return ENVIRONMENT / "bin"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
