"""The courier as it runs: threads, restarts, its door, and a clean end."""

import contextlib
import json
import socket
import threading
import time
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from bus.doors import PATIENCE, get, until
from kim_bus import tables
from kim_bus.courier import Courier
from kim_bus.probe import PROBED
from kim_bus.reaction import Reaction
from kim_bus.transports import open_transport
from kim_bus.transports.interface import LinkLost
from prometheus_client import REGISTRY
from sqlalchemy import select


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
            return session.scalars(select(tables.inbox.c.state).where(tables.inbox.c.name != PROBED)).all() == ["done"]

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

    casework = houses("staedteregion-aachen.casework")
    unsteady = Unsteady(open_transport(f"sqlite:///{houses.folder / 'mail'}", casework.mailbox, houses.directory))
    say(casework, "case.changed.v1")
    run(Courier(casework.database, casework.post, unsteady))
    until(lambda: rows(casework, tables.outbox)[0].published_at)
    assert unsteady.opened == 2


def test_a_loop_that_no_longer_finishes_a_round_makes_the_courier_unhealthy(houses, run, monkeypatch):
    monkeypatch.setattr("kim_bus.health.SILENT_AFTER", 0.3)
    hangs, release = threading.Event(), threading.Event()

    def hang(*_):
        hangs.set()
        release.wait(PATIENCE)

    casework = houses("staedteregion-aachen.casework")
    interpreting = houses("staedteregion-aachen.interpreting", reactions=[Reaction("case.changed.v1", hang)])
    with casework.database.write() as session:
        from kim_bus.outbox import emit

        data = {"number": "1", "state": "open", "phase": "intake", "change": "opened", "changed_on": casework.act().today}
        emit(session, casework.act(), "case.changed.v1", subject="s-1", version=1, data=data)
    casework.courier.pump()
    address = run(interpreting.courier, only=["consumer", "worker"])
    try:
        until(hangs.is_set)  # on a busy machine any loop may be slow for a moment before
        until(lambda: "consumer" in json.loads(get(address, "/healthz")[1])["silent_loops"])
        status, said = get(address, "/healthz")
        assert status == 503
        assert "consumer" in json.loads(said)["silent_loops"]
    finally:
        release.set()


@pytest.mark.rabbitmq
@pytest.mark.postgres
@pytest.mark.parametrize("open_house", ["postgres"], indirect=True)
def test_over_a_broker_that_cuts_every_connection_each_event_takes_effect_once(open_house, houses, rabbit, run, say, rows):
    houses.delivery_clock = None
    seen = []
    casework, interpreting = (open_house(f"staedteregion-aachen.{service}") for service in ("casework", "interpreting"))
    reactions = [Reaction("case.changed.v1", lambda session, act, event: seen.append(event.subject))]
    for house, handled in ((casework, ()), (interpreting, reactions)):
        transport = open_transport(rabbit.url_of(house.mailbox), house.mailbox, houses.directory)
        run(Courier(house.database, house.post, transport, handled))
    until(lambda: len(connections(rabbit)) >= 4)  # the broker lists them with some delay
    for number in range(300):
        say(casework, "case.changed.v1", subject=f"c-{number}")
        if number in (100, 200):
            cut_all(rabbit)
    until(lambda: len(seen) >= 300)
    time.sleep(0.5)  # a repeat would come now
    assert sorted(seen) == sorted(f"c-{number}" for number in range(300))
    assert restarts("relay", casework) and restarts("consumer", interpreting)
    assert all(row.published_at for row in rows(casework, tables.outbox) if row.name != PROBED)


def connections(rabbit):
    return [one["name"] for one in rabbit.call("GET", "connections") if one.get("vhost") == rabbit.vhost]


def cut_all(rabbit):
    for name in connections(rabbit):
        with contextlib.suppress(HTTPError):
            rabbit.call("DELETE", f"connections/{quote(name)}")


def restarts(loop, house):
    return REGISTRY.get_sample_value("kim_courier_restarts_total", {"loop": loop, "mailbox": house.mailbox})


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
