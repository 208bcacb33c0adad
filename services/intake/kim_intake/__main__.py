"""`kim-intake web | courier | migrate | check | parked`, also `python -m kim_intake …`."""

import sys

from kim_service.command_line import main

from kim_intake.service import SERVICE


def run() -> None:
    sys.exit(main(SERVICE))


if __name__ == "__main__":
    run()
