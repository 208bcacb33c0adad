"""`./kim faults --seed N --minutes M`: attack the bus on a private broker and database, which are found or set up first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from kim_tools.tree import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from servers import postgres, rabbitmq
from servers.ladder import Missing


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was as promised, 1 when not, 3 when a server is missing."""
    for server in (rabbitmq, postgres):
        try:
            server.find(install=True, say=_say)
        except Missing as missing:
            _say(str(missing))
            return 3
    command = [sys.executable, "-m", "faults", *(sys.argv[1:] if arguments is None else arguments)]
    return subprocess.run(command, cwd=ROOT / "tests", check=False).returncode


def _say(line: str) -> None:
    print(f"kim faults: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
