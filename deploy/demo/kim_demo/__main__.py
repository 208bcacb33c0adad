"""`./kim demo [--once] [--port PORT] [--folder DIR]`"""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

gc.disable()  # what is read at the start stays, so looking through it for garbage is a fifth of the start; `demonstration` enables it

from kim_demo.demonstration import CannotStart, run  # noqa: E402
from kim_demo.layout import FIRST_PORT  # noqa: E402
from kim_demo.story.stage import StoryBroken  # noqa: E402
from kim_demo.supervisor import StartFailed  # noqa: E402
from kim_demo.world import NotSettled  # noqa: E402

FOLDER = Path(__file__).parents[3] / "var" / "demo"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./kim demo", description="The Aachen scenario of 2022, played through three organisations on this machine."
    )
    parser.add_argument("--once", action="store_true", help="end after the report; exit 0 only if every stated figure agrees")
    parser.add_argument("--port", type=int, default=FIRST_PORT, help=f"first of the ports it listens on (default {FIRST_PORT})")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where it keeps its databases; emptied at each start (default var/demo)"
    )
    asked = parser.parse_args()
    if not 1024 <= asked.port <= 65_000:
        parser.error("--port: between 1024 and 65000")
    try:
        return run(asked.folder.absolute(), asked.port, once=asked.once)
    except (CannotStart, StartFailed, StoryBroken, NotSettled) as fault:
        print(f"./kim demo: {fault}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
