"""`kim-staffing web | courier | migrate | check | parked`, also `python -m kim_staffing …`."""

import sys

from kim_service.command_line import main

from kim_staffing.service import SERVICE


def run() -> None:
    sys.exit(main(SERVICE))


if __name__ == "__main__":
    run()
