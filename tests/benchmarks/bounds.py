"""What bounds this bus: the samples of the one thread of a process that works, sorted by what it was doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

# Case, kind of process, its thread that does the work, and how the page calls it.
THREADS = (
    ("sustained", "sender", "MainThread", "sustained: sender"),
    ("sustained", "intake", "kim-relay", "sustained: relay"),
    ("sustained", "casework", "kim-consumer", "sustained: consumer"),
    ("drain", "intake", "kim-relay", "drain: relay"),
    ("drain", "casework", "kim-consumer", "drain: consumer"),
)
# The innermost frame that holds one of these words says what a sample was spent on; of one frame the first line that fits.
WORK = (
    ("schema", ("marshmallow/", "kim_events/fields.py")),
    ("signature", ("crypto_sign", "kim_bus/sealing.py")),
    ("envelope and id", ("kim_events/", "kim_bus/inspection.py")),
    ("statements: driver and round trip", ("psycopg/",)),
    ("statements: SQLAlchemy", ("sqlalchemy/",)),
    ("AMQP", ("pika/", "transports/rabbitmq.py")),
    ("the bus itself", ("kim_bus/", "kim_runtime/")),
)
WAITING = "waiting for the others"
WAITS = ("Condition.wait (", "PollPoller.poll (", "_PollLikeSelector.select (")
OTHER = "anything else"

Profile: TypeAlias = Sequence[tuple[str, Mapping[str, float]]]
"""How the page calls a thread, and its shares."""


def shares(folded: Iterable[str], thread: str) -> dict[str, float]:
    """Kind of work -> its share of the thread's samples, 0 to 1; empty where the thread has none."""
    found: Counter[str] = Counter()
    for line in folded:
        stack, _, count = line.rpartition(" ")
        name, *frames = stack.split(";")
        if name.rpartition(": ")[2] == thread and frames:
            found[_work(frames)] += int(count)
    total = found.total()
    return {work: count / total for work, count in found.items()}


def rows(profile: Profile) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Head and rows of the table: a column a thread, a row a kind of work."""
    names = [*(name for name, _ in WORK), OTHER, WAITING]
    lines = [(name, *(f"{of[name]:.0%}" if name in of else "" for _, of in profile)) for name in names]
    return ("share of samples", *(title for title, _ in profile)), [line for line in lines if any(line[1:])]


def _work(frames: Sequence[str]) -> str:
    if frames[-1].startswith(WAITS):
        return WAITING
    for frame in reversed(frames):
        for name, words in WORK:
            if any(word in frame for word in words):
                return name
    return OTHER
