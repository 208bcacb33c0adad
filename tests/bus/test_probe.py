"""The probe: an event to oneself, which proves the whole way, and tells a deaf courier from a broker that is down."""

import json
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from bus.doors import get, until
from kim_bus import health, probe, tables
from kim_bus.courier import Courier
from kim_bus.inspection import Rejected, inspect
from kim_bus.outbox import InvalidEvent, emit
from kim_bus.post import Post
from kim_bus.probe import PROBED, UNDER_WAY, Probe, last_probe
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.transports import open_transport
from kim_bus.transports.interface import Delivery, LinkLost
from kim_events.envelope import decode
from sqlalchemy.exc import OperationalError

MAILBOX = "staedteregion-aachen.casework"


@pytest.fixture
def house(open_house):
    return open_house(MAILBOX)


@pytest.fixture
def probing(house, houses):
    return Probe(house.database, house.post, houses.clock, houses.delivery_clock)


def last(house):
    with house.database.read() as session:
        return last_probe(session, house.mailbox)


def test_it_goes_the_whole_way_and_comes_back(house, probing, houses, rows, later):
    assert last(house) == probe.LastProbe(None, None)
    assert probing.send_if_due() == 1
    sent_at = houses.delivery_clock.now()
    later(seconds=2)
    house.courier.pump()
    assert last(house) == probe.LastProbe(sent_at, houses.delivery_clock.now())
    assert [row.name for row in rows(house, tables.inbox)] == [PROBED]


def test_one_is_sent_a_minute_and_none_while_the_last_waits_to_leave(house, probing, later, rows):
    assert [probing.send_if_due(), probing.send_if_due()] == [1, 0]
    later(minutes=10)
    assert probing.send_if_due() == 0, "the broker is down, and more of them would not help"
    house.courier.pump()
    assert probing.send_if_due() == 1
    later(seconds=59)
    house.courier.pump()
    assert probing.send_if_due() == 0


def test_a_stuck_one_is_replaced(house, probing, houses, later, rows):
    probing.send_if_due()
    with house.database.write() as session:
        session.execute(tables.outbox.update().values(stuck_at=houses.delivery_clock.now()))
    later(minutes=2)
    assert probing.send_if_due() == 1
    assert [row.stuck_at for row in rows(house, tables.outbox)] == [None]


def test_a_clock_that_was_set_back_does_not_silence_it(house, probing, later):
    probing.send_if_due()
    house.courier.pump()
    later(hours=-1)
    assert probing.send_if_due() == 1


def test_probes_never_pile_up(house, probing, later, rows):
    for _ in range(30):
        assert probing.send_if_due() == 1
        house.courier.pump()
        later(minutes=1)
    assert len(rows(house, tables.outbox)) == len(rows(house, tables.inbox)) == len(rows(house, tables.heads)) == 1


def test_it_is_lost_when_it_left_and_did_not_come_back(house, probing, houses, later, rows):
    probing.send_if_due()
    house.courier.pump()
    later(minutes=1)
    probing.send_if_due()
    with house.database.write() as session:
        session.execute(tables.outbox.update().values(published_at=houses.delivery_clock.now()))
    later(minutes=3)
    assert not probing.is_lost()
    later(minutes=2)
    assert probing.is_lost()


def test_it_is_not_lost_while_it_cannot_leave_or_has_arrived_and_waits(house, probing, houses, later):
    probing.send_if_due()
    later(hours=1)
    assert not probing.is_lost(), "it has not left"
    house.courier.pump()
    with house.database.write() as session:
        session.execute(tables.probe.update().values(seen_at=None))
    later(hours=1)
    assert not probing.is_lost(), "it has arrived: a long backlog is no reason to start anew"


def test_one_that_has_only_just_left_may_still_arrive(house, probing, houses, later):
    probing.send_if_due()
    later(hours=1)
    with house.database.write() as session:
        session.execute(tables.outbox.update().values(published_at=houses.delivery_clock.now()))
    later(seconds=UNDER_WAY.total_seconds() - 1)
    assert not probing.is_lost()
    later(seconds=2)
    assert probing.is_lost()


def test_nobody_elses_probe_is_taken(houses, directory, keys, rows):
    sender = houses("staedteregion-aachen.intake")
    Probe(sender.database, sender.post, houses.clock, houses.clock).send_if_due()
    [row] = rows(sender, tables.outbox)
    assert row.routing_key == f"staedteregion-aachen.intake.{PROBED}.staedteregion-aachen.intake"
    forged = row.body.replace(b'"recipient":"staedteregion-aachen.intake"', b'"recipient":"staedteregion-aachen.casework"')
    key = decode(forged).routing_key
    delivery = Delivery(1, key, forged, {SIGNATURE_HEADER: sign(forged, keys["staedteregion-aachen.intake"].signing)})
    found = inspect(Post(MAILBOX, directory, keys[MAILBOX]), delivery)
    assert isinstance(found, Rejected)
    assert found.reason == "stays_in_its_mailbox"


def test_it_has_no_other_receiver(houses):
    house = houses(MAILBOX)
    with pytest.raises(InvalidEvent, match="not to somebody"), house.database.write() as session:
        emit(session, house.act(), PROBED, subject="s", version=1, data={"sent_at": houses.clock.now()}, to="caritas-eifel.casework")


class Deaf:
    """A link that is open and on which nothing comes."""

    def fetch(self, limit, seconds):
        time.sleep(seconds)
        return []

    def close(self):
        pass


class Half:
    """A transport of which only the way out works, or nothing at all."""

    def __init__(self, transport, incoming):
        self.transport, self.incoming = transport, incoming

    def outgoing(self):
        return self.transport.outgoing()


def down():
    raise LinkLost("the broker is down")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(health, "DEAF_AFTER", 0.3)
    monkeypatch.setattr(probe, "LOST_AFTER", timedelta(seconds=0.3))
    monkeypatch.setattr(probe, "UNDER_WAY", timedelta(seconds=0.3))


def half_a_courier(houses, incoming):
    house = houses(MAILBOX)
    transport = open_transport(f"sqlite:///{houses.folder / 'mail'}", MAILBOX, houses.directory)
    return Courier(house.database, house.post, Half(transport, incoming))


def test_a_deaf_courier_is_not_alive(houses, run, impatient):
    address = run(half_a_courier(houses, Deaf))
    until(lambda: json.loads(get(address, "/healthz")[1])["deaf"])
    assert get(address, "/healthz")[0] == 503


def keeper(name="consumer", *, beat=0.0, sign=0.0, work=0.0, runs=True):
    """A keeper whose loop last ended a round well, gave a sign, and did something so many seconds ago."""
    now = time.monotonic()
    return SimpleNamespace(loop_name=name, last_beat=now - beat, last_sign=now - sign, last_work=now - work, is_alive=lambda: runs)


def lost():
    return True


def test_a_loop_that_starts_anew_again_and_again_is_failing_and_the_courier_alive():
    found = health.health_of([keeper(beat=600, sign=1, work=600), keeper("worker", work=600)], lost)
    assert (found.alive, found.failing_loops, found.silent_loops, found.deaf) == (True, ["consumer"], [], False)


@pytest.mark.parametrize("hung", [keeper("worker", beat=61, sign=61), keeper("worker", runs=False)])
def test_a_loop_that_hangs_or_has_ended_is_silent_and_the_courier_is_not_alive(hung):
    found = health.health_of([keeper(), hung], lost)
    assert (found.alive, found.silent_loops, found.failing_loops) == (False, ["worker"], [])


def test_a_consumer_that_takes_anything_at_all_is_not_deaf():
    assert health.health_of([keeper(work=301)], lost).deaf
    assert not health.health_of([keeper(work=299)], lost).deaf
    assert not health.health_of([keeper(work=301)], lambda: False).deaf
    assert not health.health_of([keeper("worker", work=301)], lost).deaf, "the consumer runs in another process"


def test_a_database_that_does_not_answer_is_no_reason_to_end_a_courier():
    def unanswered():
        raise OperationalError("select", {}, OSError("gone"))

    assert health.health_of([keeper(work=600)], unanswered).alive


def test_the_age_of_the_last_probe_is_a_figure_also_before_the_first_has_come_back(houses, run):
    address = run(half_a_courier(houses, down))
    time.sleep(0.2)
    [line] = [line for line in get(address, "/metrics")[1].splitlines() if line.startswith("kim_probe_age_seconds{")]
    assert MAILBOX in line
    assert float(line.rpartition(" ")[2]) >= 0.1
