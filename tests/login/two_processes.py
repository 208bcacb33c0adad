"""What one of several processes of a provider, or of a service, does: counted, held, and said on standard output."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kim_login import throttle
from kim_login.passwords import AT_ONCE
from kim_login.places import NoRoom, Places
from kim_runtime.database import Database
from kim_web.counting import AtMost, Pace


def main() -> None:
    what, where, begins = sys.argv[1], sys.argv[2], float(sys.argv[3])
    time.sleep(max(0.0, begins - time.time()))  # all at the same moment
    {"places": places, "strangers": strangers, "pace": pace, "tries": tries}[what](where)


def places(folder: str) -> None:
    """Begin and end of each time a place was held."""
    held = Places(AT_ONCE, Path(folder))
    for _time in range(6):
        try:
            with held.one(5):
                began = time.monotonic()
                time.sleep(0.05)
                print(began, time.monotonic())
        except NoRoom:
            print("no room")


def strangers(url: str) -> None:
    database, some = Database(url), AtMost("strangers", 10, lambda: 6_000_000.0)
    taken = [some.take(database) for _try in range(100)]
    print(sum(one is not None for one in taken))


def pace(url: str) -> None:
    database, some = Database(url), Pace(100, lambda: 6_000_000.0)
    print(sum(some.must_wait(database, "aydin") == 0 for _request in range(200)))


def tries(url: str) -> None:
    database, looked_at = Database(url), 0
    for _try in range(20):
        with database.write() as rows:
            looked_at += throttle.must_wait(rows, "account", "thelen", 1_000_000.0) == 0
    print(looked_at)


main()
