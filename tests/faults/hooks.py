"""Everything that is hooked into the product, in the start code of the test's own processes: points at which a process may be killed,
a clock that can be set back, short pauses, and mail that kills its reader.

A point is armed by a file named like the process, which says at which point and at the how many-th passing; the process that gets there
writes a line into `points` and kills itself with SIGKILL.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kim_bus import keeper, ladder, worker
from kim_bus.reaction import Reaction, Received
from kim_bus.transports.interface import Delivery, Incoming, Mail, Outcome, Outgoing, Transport
from kim_runtime.act import Act
from kim_runtime.clock import SystemClock
from sqlalchemy.orm import Session

from faults.workload import DEADLY, FATAL

BEFORE_PUBLISH = "before publishing"
CONFIRM_MARK = "between confirm and mark"
FETCH_INSERT = "between fetch and insert"
INSERT_ACK = "between insert and ack"
EFFECT_COMMIT = "between effect and commit"
AFTER_EFFECT = "after the effect's commit"
EMIT_COMMIT = "between emit and commit"
AFTER_EMIT = "after the emit's commit"
POINTS = {  # point -> which part of a mailbox passes it
    BEFORE_PUBLISH: "relay",
    CONFIRM_MARK: "relay",
    FETCH_INSERT: "consumer",
    INSERT_ACK: "consumer",
    EFFECT_COMMIT: "worker",
    AFTER_EFFECT: "worker",
    EMIT_COMMIT: "web",
    AFTER_EMIT: "web",
}
DEADLY_BYTES = f'"site":"{DEADLY}"'.encode()
KILLED_BY_MAIL = 66  # exit code


class Points:
    def __init__(self, folder: Path, process: str) -> None:
        self._armed = armed_file(folder, process)
        self._log = folder / "points"
        self._process = process

    def reach(self, point: str) -> None:
        try:
            armed, _, times = self._armed.read_text(encoding="ascii").rpartition(" ")
        except FileNotFoundError:
            return
        if armed != point:
            return
        if int(times) > 1:
            arm(self._armed, point, int(times) - 1)
            return
        self._armed.unlink(missing_ok=True)
        with self._log.open("a", encoding="ascii") as log:
            log.write(f"{point}\n")
        os.kill(os.getpid(), signal.SIGKILL)


def armed_file(folder: Path, process: str) -> Path:
    return folder / f"{process}.armed"


def arm(file: Path, point: str, times: int) -> None:
    draft = file.with_suffix(".new")
    draft.write_text(f"{point} {times}", encoding="ascii")
    draft.replace(file)


class HookedOutgoing:
    def __init__(self, link: Outgoing, points: Points) -> None:
        self._link, self._points = link, points

    def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
        self._points.reach(BEFORE_PUBLISH)
        outcomes = self._link.publish(batch)
        self._points.reach(CONFIRM_MARK)
        return outcomes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)


class HookedIncoming:
    def __init__(self, link: Incoming, points: Points) -> None:
        self._link, self._points = link, points

    def fetch(self, limit: int, seconds: float) -> list[Delivery]:
        deliveries = self._link.fetch(limit, seconds)
        if any(DEADLY_BYTES in delivery.body for delivery in deliveries):
            os._exit(KILLED_BY_MAIL)
        if deliveries:
            self._points.reach(FETCH_INSERT)
        return deliveries

    def ack(self, tag: int) -> None:
        self._points.reach(INSERT_ACK)
        self._link.ack(tag)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)


class HookedTransport:
    def __init__(self, transport: Transport, points: Points, around: Callable[[Incoming], Any] | None) -> None:
        self._transport, self._points, self._around = transport, points, around

    def outgoing(self) -> HookedOutgoing:
        return HookedOutgoing(self._transport.outgoing(), self._points)

    def incoming(self) -> HookedIncoming:
        link = self._transport.incoming()
        return HookedIncoming(self._around(link) if self._around else link, self._points)

    def check(self) -> None:
        self._transport.check()


def hooked(reaction: Reaction, points: Points) -> Reaction:
    def handle(session: Session, act: Act, event: Received) -> None:
        if event.data.get("site") == FATAL:
            os._exit(KILLED_BY_MAIL)
        reaction.handle(session, act, event)
        points.reach(EFFECT_COMMIT)
        session.info[AFTER_EFFECT] = True

    def handle_many(session: Session, pairs: Sequence[tuple[Act, Received]]) -> None:
        assert reaction.handle_many is not None
        reaction.handle_many(session, pairs)
        points.reach(EFFECT_COMMIT)
        session.info[AFTER_EFFECT] = True

    return Reaction(reaction.event_name, handle, handle_many if reaction.handle_many else None)


def after_commit(points: Points) -> Callable[[Session], None]:
    """For SQLAlchemy's event of that name."""

    def reached(session: Session) -> None:
        if session.info.pop(AFTER_EFFECT, False):
            points.reach(AFTER_EFFECT)

    return reached


class ShiftedClock:
    """The machine's clock, moved by the seconds in a file while that exists."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        try:
            shift = float(self._file.read_text(encoding="ascii") or 0)
        except FileNotFoundError:
            shift = 0
        return SystemClock().now() + timedelta(seconds=shift)


def clock_file(folder: Path, mailbox: str) -> Path:
    return folder / f"{mailbox}.clock"


def shorten_pauses() -> None:
    """A run of minutes sees what otherwise takes a day: retries within seconds, parked after six of them."""
    ladder.RUNGS = (0.2, 0.5, 1, 1.5, 2, 2)
    worker.PARKED_AFTER = 6
    keeper.LONGEST_PAUSE = 2.0
