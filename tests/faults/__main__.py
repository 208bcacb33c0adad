"""`python -m faults --seed 1 --minutes 1.5`, from tests/."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence

from servers.ladder import Missing

from faults import report
from faults.attack import DEFAULT_RATE, attack_alone
from faults.fault import ALL


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was as promised, 1 when not, 3 when a server is missing."""
    parser = argparse.ArgumentParser(prog="./kim faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same faults")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long faults are inflicted; settling comes on top")
    parser.add_argument("--rate", type=float, default=DEFAULT_RATE, help="things done at all desks together, a second")
    parser.add_argument("--only", action="append", default=[], metavar="FAULT", help="inflict this fault only; may be given again")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(ALL):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(ALL))}")

    def say(line: str) -> None:
        print(f"kim faults: {line}", flush=True)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(f"kim faults: told to end, seed {options.seed}"))  # and so ends what it started
    try:
        result = attack_alone(options.seed, options.minutes * 60, options.rate, options.only, say)
    except Missing as missing:
        say(str(missing))
        return 3
    for line in report.lines(result):
        print(line)
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
