"""`./kim abuse`: attack the services with generated and hostile requests, and the sign-in with a storm. 0 when all held, 1 when not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from kim_tools.tree import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    command = [sys.executable, "-m", "abuse", *(sys.argv[1:] if arguments is None else arguments)]
    return subprocess.run(command, cwd=ROOT / "tests", check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
