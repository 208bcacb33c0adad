"""The courier as it runs: threads, restarts, its door, and a clean end."""

import json
import socket
import threading
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from kim_bus import tables
from kim_bus.courier import Courier
from kim_bus.reaction import Reaction
from kim_bus.transports.interface import LinkLost
from sqlalchemy import select

PATIENCE = 15.0


def free_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def run():
    """`run(courier)` in a thread; returns its address. All are stopped at the end, and must stop soon."""
    running = []

    def start(courier, **options):
        address, stop = free_address(), threading.Event()
        thread = threading.Thread(target=courier.run, args=(address,), kwargs={"stop": stop, **options})
        thread.start()
        running.append((thread, stop))
        until(lambda: reachable(address))
        return address

    yield start
    for _, stop in running:
        stop.set()
    for thread, _ in running:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def reachable(address):
    host, _, port = address.rpartition(":")
    with socket.socket() as knock:
        return knock.connect_ex((host, int(port))) == 0


def get(address, path):
    try:
        with urlopen(f"http://{address}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as answer:
        return answer.code, answer.read().decode()


def test_two_running_couriers_carry_an_event_within_a_second_or_so(houses, run, say):
    seen = []
    casework = houses("staedteregion-aachen.casework")
    interpreting = houses(
        "staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", lambda session, act, event: seen.append(event))]
    )
    run(casework.courier)
    run(interpreting.courier)
    time.sleep(0.3)
    began = time.monotonic()
    say(casework, "case.changed.v1")
    until(lambda: seen)
    assert time.monotonic() - began < 5

    def done():
        with interpreting.database.read() as session:
            return session.scalars(select(tables.inbox.c.state)).all() == ["done"]

    until(done)


def test_its_door_tells_health_and_figures(houses, run, say):
    casework = houses("staedteregion-aachen.casework")
    address = run(casework.courier, only=["worker"])
    say(casework, "case.changed.v1")
    until(lambda: get(address, "/healthz")[0] == 200)
    status, text = get(address, "/metrics")
    assert status == 200
    assert 'kim_outbox_waiting{mailbox="staedteregion-aachen.casework"} 1.0' in text
    assert get(address, "/anything-else")[0] == 404


def test_a_loop_that_fails_is_started_anew(houses, run, say, rows):
    class Unsteady:
        """A transport whose first link cannot be opened."""

        def __init__(self, transport):
            self.transport, self.opened = transport, 0

        def outgoing(self):
            self.opened += 1
            if self.opened == 1:
                raise LinkLost("not yet there")
            return self.transport.outgoing()

        def incoming(self):
            return self.transport.incoming()

    from kim_bus.transports import open_transport

    casework = houses("staedteregion-aachen.casework")
    unsteady = Unsteady(open_transport(f"sqlite:///{houses.folder / 'mail'}", casework.mailbox, houses.directory))
    run(Courier(casework.database, casework.post, unsteady))
    say(casework, "case.changed.v1")
    until(lambda: rows(casework, tables.outbox)[0].published_at)
    assert unsteady.opened == 2


def test_a_loop_that_no_longer_finishes_a_round_makes_the_courier_unhealthy(houses, run, monkeypatch):
    monkeypatch.setattr("kim_bus.courier.DEAF_AFTER", 0.3)
    release = threading.Event()
    casework = houses("staedteregion-aachen.casework")
    interpreting = houses("staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", lambda *_: release.wait(PATIENCE))])
    with casework.database.write() as session:
        from kim_bus.outbox import emit

        data = {"number": "1", "state": "open", "phase": "intake", "change": "opened", "changed_on": casework.act().today}
        emit(session, casework.act(), "case.changed.v1", subject="s-1", version=1, data=data)
    casework.courier.pump()
    address = run(interpreting.courier, only=["consumer", "worker"])
    try:
        until(lambda: get(address, "/healthz")[0] == 503)
        assert json.loads(get(address, "/healthz")[1]) == {"silent_loops": ["worker"]}
    finally:
        release.set()


def test_a_used_address_is_an_error_at_once(houses):
    casework = houses("staedteregion-aachen.casework")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError):
            casework.courier.run(f"127.0.0.1:{taken.getsockname()[1]}")


def test_pumping_ends_when_nothing_moves(houses, say, pump_all):
    casework = houses("staedteregion-aachen.casework")
    say(casework, "case.changed.v1")
    assert casework.courier.pump() > 0
    assert casework.courier.pump() == 0
