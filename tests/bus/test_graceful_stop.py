"""How a courier ends: it finishes what is in hand, takes nothing more, and does not wait for ever."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from bus.doors import PATIENCE, free_address, get, reachable, until
from kim_bus import tables
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction
from kim_bus.set_up import set_up
from prometheus_client import REGISTRY

TOPOLOGY = Path(__file__).parents[2] / "deploy/rabbitmq/topology.toml"
CASEWORK, INTERPRETING = "staedteregion-aachen.casework", "staedteregion-aachen.interpreting"
CASE = {"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": date(2022, 5, 10)}


def forced(mailbox):
    found = [
        REGISTRY.get_sample_value("kim_courier_forced_stops_total", {"mailbox": mailbox, "loop": loop}) for loop in ("consumer", "worker")
    ]
    return sum(value or 0 for value in found)


def left_in_mailbox(houses, mailbox):
    file = sqlite3.connect(houses.folder / "mail" / f"{mailbox}.sqlite3")
    count = file.execute("select count(*) from mail where routing_key like '%.case.changed.%'").fetchone()[0]
    file.close()
    return count


@pytest.fixture
def begun(houses, say):
    """A courier of interpreting with one event in hand: `begun.release` lets its reaction go on."""

    class Begun:
        taken, release, stop = threading.Event(), threading.Event(), threading.Event()

    def handle(session, act, event):
        Begun.taken.set()
        Begun.release.wait(PATIENCE)

    casework = houses(CASEWORK)
    Begun.house = houses(INTERPRETING, reactions=[Reaction("case.changed.v1", handle)])
    say(casework, "case.changed.v1")
    casework.courier.pump()
    Begun.address = free_address()
    Begun.thread = threading.Thread(target=Begun.house.courier.run, args=(Begun.address,), kwargs={"stop": Begun.stop})
    Begun.thread.start()
    assert Begun.taken.wait(PATIENCE)
    yield Begun
    Begun.release.set()
    Begun.thread.join(PATIENCE)


def test_what_is_in_hand_is_finished_and_acknowledged(begun, houses, rows):
    before = forced(INTERPRETING)
    begun.stop.set()
    threading.Timer(0.3, begun.release.set).start()
    begun.thread.join(PATIENCE)
    assert not begun.thread.is_alive()
    assert [row.state for row in rows(begun.house, tables.inbox) if row.name == "case.changed.v1"] == ["done"]
    assert left_in_mailbox(houses, INTERPRETING) == 0
    assert forced(INTERPRETING) == before


@pytest.mark.slow
def test_a_loop_that_does_not_end_in_time_is_named_counted_and_left_behind(begun, monkeypatch, capsys):
    monkeypatch.setattr("kim_bus.courier.LAST_ROUND_SECONDS", 1.0)
    before = forced(INTERPRETING)
    began = time.monotonic()
    begun.stop.set()
    until(lambda: not reachable(begun.address))
    begun.thread.join(PATIENCE)
    assert time.monotonic() - began < 5
    assert forced(INTERPRETING) > before  # others may wait for SQLite's one write lock, which it holds
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "left behind" in line]
    assert {line["loop"] for line in lines} & {"consumer", "worker"}


@pytest.mark.slow
def test_a_polite_kill_ends_the_process_soon_and_well(houses, tmp_path):
    """A real process of a real service: nothing is lost, and it says that it ended."""
    from kim_casework.service import SERVICE
    from kim_runtime.settings import Settings, load

    address = free_address()
    set_up(TOPOLOGY, tmp_path, ["staedteregion-aachen"])
    variables = {
        "KIM_ORGANISATION": "staedteregion-aachen",
        "KIM_DATABASE": f"sqlite:///{tmp_path / 'rows.sqlite3'}",
        "KIM_BROKER": f"sqlite:///{tmp_path / 'mail'}",
        "KIM_DIRECTORY": str(tmp_path / "directory.json"),
        "KIM_KEYS": str(tmp_path / f"keys/{CASEWORK}.json"),
        "KIM_SECRET": "Qv8LrT2nXw9Zk4Hb7Jd1Mf6Pg3-s5Rt0Yc",
        "KIM_COURIER_BIND": address,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        house = SERVICE.open(load(Settings))
    house.migrate()
    courier = subprocess.Popen(
        [sys.executable, "-m", "kim_casework", "courier"], env={**os.environ, **variables}, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: reachable(address) and get(address, "/healthz")[0] == 200)
        with house.database.write() as session:
            for number in range(50):
                emit(session, house.act(), "case.changed.v1", subject=f"case-{number}", version=1, data=CASE)
        began = time.monotonic()
        courier.send_signal(signal.SIGTERM)
        _, said = courier.communicate(timeout=PATIENCE)
    finally:
        courier.kill()
        courier.wait()
    assert courier.returncode == 0
    assert time.monotonic() - began < 5
    assert "courier stopped" in said
    assert "left behind" not in said
    house.close()
