"""What every candidate has in common: the two tables, the words of an event, and the loop of a sender.

Also loaded in the peers' own environment, so it needs nothing but SQLAlchemy.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Integer, MetaData, String, Table

CONFIGURATION = "KIM_BENCH"  # the name of the environment variable with a child's configuration
QUEUE = "bench"
SIZE = 500  # bytes of a peer's message; ours comes to the same

metadata = MetaData()
acts = Table(
    "bench_act",
    metadata,
    Column("id", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("persons", Integer, nullable=False),
)
effects = Table(
    "bench_effect",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("site", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("persons", Integer, nullable=False),
)

DAY = date(2022, 5, 10)
SAID: Mapping[str, Any] = {
    "site": "aachen-arkaden", "service": "school_entry", "kind": "first", "day": DAY.isoformat(), "persons_present": 5,
    "topics": ["housing", "health"],
}  # fmt: skip


@dataclass(frozen=True)
class Configuration:
    """What a child is told: SQLAlchemy URLs of both databases, the broker, a folder with keys, and switches of the candidate."""

    sender_database: str
    receiver_database: str
    amqp: str
    folder: str
    options: Mapping[str, Any]

    @staticmethod
    def read() -> Configuration:
        return Configuration(**json.loads(os.environ[CONFIGURATION]))

    def write(self) -> str:
        return json.dumps(self.__dict__)


def act_row(subject: str) -> dict[str, Any]:
    return {"id": subject, "site": SAID["site"], "day": DAY, "persons": SAID["persons_present"]}


def effect_row(event_id: str, subject: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"event_id": event_id, "subject": subject, "site": said["site"], "day": said["day"], "persons": said["persons_present"]}


def message(subject: str) -> dict[str, Any]:
    """What a peer sends: the same words, filled up to the size of our envelope."""
    body = {"id": subject, "subject": subject, "data": dict(SAID), "rest": ""}
    body["rest"] = "x" * max(0, SIZE - len(json.dumps(body)))
    return body


def serve(*, finish: Callable[[], None] = lambda: None, **verbs: Callable[[str], None]) -> None:
    """The loop of a sender: each line `verb prefix first count rate` calls the verb for so many subjects, at `rate` a second (0: at once).

    Says `ready` first, and `done` after each line, when `finish` has done what the verb left open.
    """
    print("ready", flush=True)
    for line in sys.stdin:
        verb, prefix, first, count, rate = line.split()
        one, pause = verbs[verb], 1 / float(rate) if float(rate) else 0.0
        begun = time.monotonic()
        for number in range(int(count)):
            if pause and (early := begun + number * pause - time.monotonic()) > 0:
                time.sleep(early)
            one(f"{prefix}-{int(first) + number:08}")
        finish()
        print("done", flush=True)
