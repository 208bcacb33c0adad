"""Several write, several seal, on a real PostgreSQL: nothing is missed, nothing lies under two seals, and the chain holds all the while."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from audit.conftest import fault, written
from kim_audit.record import record
from kim_audit.sealing import seal
from kim_audit.tables import entries, seals
from kim_audit.verifying import verify
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from sqlalchemy import func, select

pytestmark = pytest.mark.slow
WRITERS, SEALERS, SECONDS = 4, 3, 3.0
NOW = SystemClock().now
ROW = {"actor_id": "k", "roles": [], "action": "a", "thing": "", "outcome": "seen", "reason": "", "correlation_id": ""}


def test_two_couriers_and_late_commits_leave_nothing_out(audited: Database) -> None:
    stop, faults, kept, held = Event(), [], [], []

    def until_stopped(work: Callable[[random.Random], None], seed: int) -> Thread:
        def run() -> None:
            dice = random.Random(seed)
            while not stop.is_set():
                try:
                    work(dice)
                except Exception as error:  # noqa: BLE001 - whatever it is, the test must say it
                    faults.append(error)
                    return

        thread = Thread(target=run)
        thread.start()
        return thread

    def write(dice: random.Random) -> None:
        """Serials are given long before the commit; some never see one."""
        number, spoilt = dice.randrange(1, 6), dice.random() < 0.1
        with audited.engine.connect() as connection, connection.begin() as transaction:
            for _row in range(number):
                connection.execute(entries.insert().inline(), {"at": NOW(), **ROW})
            if not audited.is_sqlite:
                time.sleep(dice.random() * 0.05)
            if spoilt:
                transaction.rollback()
        kept.append(0 if spoilt else number)
        time.sleep(dice.random() * 0.01)

    def close(_dice: random.Random) -> None:
        with audited.write() as session:
            seal(session, NOW())

    def look(_dice: random.Random) -> None:
        with audited.read() as session:
            held.append(verify(session).fault)
        time.sleep(0.05)

    threads = [until_stopped(write, number) for number in range(WRITERS)]
    threads += [until_stopped(close, number) for number in range(SEALERS)] + [until_stopped(look, 0)]
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(held) == {""}
    with audited.write() as session:
        seal(session, NOW())
    with audited.read() as session:
        verdict = verify(session)
        covered = session.execute(select(func.sum(seals.c.rows))).scalar_one()
    assert verdict.fault == ""
    assert verdict.unsealed == 0
    assert verdict.rows == covered == sum(kept) > 50
    assert verdict.seals > 20


def test_a_courier_that_was_stopped_in_the_middle_leaves_nothing_half(audited: Database) -> None:
    written(audited, "cases:1", sealed=False)
    with pytest.raises(KeyboardInterrupt), audited.write() as session:
        seal(session, NOW())
        raise KeyboardInterrupt
    with audited.write() as session:
        record(session, at=NOW(), actor_id="k", roles=(), action="a", outcome="seen")
        assert seal(session, NOW()) == 2
    assert fault(audited) == ""
