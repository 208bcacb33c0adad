"""`./kim bench bus`: how fast the bus is, beside its peers and the limit of hand-written code. Needs RabbitMQ and PostgreSQL."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kim_tools.tree import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from benchmarks import command

RESULTS = ROOT / "var/bench/results.json"
SUBJECTS = ("bus",)


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] not in SUBJECTS:
        print(__doc__, file=sys.stderr)
        return 2
    return command.main(arguments[1:], RESULTS, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
