"""What arrives for the first time takes effect as it is stored; whatever speaks against it is left to the worker."""

import threading
from contextlib import suppress

import pytest
from kim_bus import tables
from kim_bus.consumer import Consumer
from kim_bus.effects import Effects
from kim_bus.outbox import emit, schema_of
from kim_bus.reaction import Reaction
from kim_bus.transports.interface import Delivery
from kim_bus.worker import ENDED_PROCESSES_AFTER, Worker
from kim_events.catalogue import CATALOGUE
from sqlalchemy import Column, Integer, MetaData, String, Table, select, update

HOUSE = "staedteregion-aachen"
METADATA = MetaData()
CHANGED = schema_of("order.changed.v1").load(CATALOGUE["order.changed.v1"].example)
WRITTEN = Table("written", METADATA, Column("id", Integer, primary_key=True), Column("subject", String(50)))
SHOWN = Table("shown", METADATA, Column("subject", String(50), primary_key=True), Column("version", Integer))


def write(session, act, event):
    session.execute(WRITTEN.insert().values(subject=event.subject))


def write_all(session, pairs):
    session.execute(WRITTEN.insert(), [{"subject": event.subject} for _, event in pairs])


class Link:
    """A link with these deliveries on it."""

    def __init__(self, deliveries):
        self.deliveries = deliveries
        self.acknowledged = 0

    def fetch(self, limit, seconds):
        fetched, self.deliveries = self.deliveries[:limit], self.deliveries[limit:]
        return fetched

    def ack(self, tag):
        self.acknowledged = tag


@pytest.fixture
def casework(open_house):
    return open_house(f"{HOUSE}.casework")


@pytest.fixture
def mail_of(casework, rows):
    """`mail_of()`: everything casework has said, as deliveries."""

    def deliveries(*, redelivered=False):
        return [
            Delivery(tag, row.routing_key, row.body, row.headers, redelivered)
            for tag, row in enumerate(rows(casework, tables.outbox), start=1)
        ]

    return deliveries


@pytest.fixture
def interpreting(open_house):
    return open_house(f"{HOUSE}.interpreting", metadata=[METADATA])


@pytest.fixture
def loops(interpreting, houses):
    """`loops(handle, handle_many)`: a consumer and a worker of interpreting that react to `case.changed.v1` so."""

    def make(handle=write, handle_many=None):
        effects = Effects(interpreting.post, [Reaction("case.changed.v1", handle, handle_many)], houses.clock)
        consumer = Consumer(interpreting.database, interpreting.post, houses.delivery_clock, effects)
        return consumer, Worker(interpreting.database, interpreting.post, effects, houses.delivery_clock)

    return make


def written(house):
    with house.database.read() as session:
        return sorted(session.scalars(select(WRITTEN.c.subject)))


def states(house, rows):
    return [row.state for row in rows(house, tables.inbox)]


@pytest.mark.parametrize("handle_many", [None, write_all])
def test_what_is_new_takes_effect_as_it_is_stored(interpreting, loops, say, casework, mail_of, rows, handle_many):
    for number in range(3):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    consumer, worker = loops(write, handle_many)
    link = Link(mail_of())
    assert consumer.receive(link) == 3
    assert written(interpreting) == ["c-0", "c-1", "c-2"]
    assert states(interpreting, rows) == ["done"] * 3
    assert link.acknowledged == 3
    assert (consumer.left_work, consumer.spoke) == (False, False)
    assert worker.work() == 0


def test_a_batch_with_a_repeat_in_it_takes_effect_once(interpreting, loops, say, casework, mail_of):
    say(casework, "case.changed.v1", subject="c-1")
    say(casework, "case.changed.v1", subject="c-2")
    consumer, worker = loops()
    first, second = mail_of()
    consumer.receive(Link([first, second, first]))
    worker.work()
    consumer.receive(Link([second]))
    worker.work()
    assert written(interpreting) == ["c-1", "c-2"]


def test_a_failing_reaction_leaves_the_batch_to_the_worker(interpreting, loops, say, casework, mail_of, rows):
    def fail_for_one(session, act, event):
        write(session, act, event)
        if event.subject == "c-1":
            raise ZeroDivisionError

    for number in range(3):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    consumer, worker = loops(fail_for_one)
    link = Link(mail_of())
    consumer.receive(link)
    assert (written(interpreting), states(interpreting, rows), link.acknowledged) == ([], ["new"] * 3, 3)
    assert consumer.left_work
    worker.work()
    assert written(interpreting) == ["c-0", "c-2"]


def test_what_fails_for_many_is_handled_one_by_one(interpreting, loops, say, casework, mail_of):
    def fail(session, pairs):
        raise ZeroDivisionError

    for number in range(3):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    consumer, worker = loops(write, fail)
    consumer.receive(Link(mail_of()))
    worker.work()
    assert written(interpreting) == ["c-0", "c-1", "c-2"]


def test_what_may_have_ended_its_reader_is_stored_before_it_takes_effect(interpreting, loops, say, casework, mail_of, rows):
    say(casework, "case.changed.v1")
    consumer, worker = loops()
    consumer.receive(Link(mail_of(redelivered=True)))
    assert (written(interpreting), states(interpreting, rows)) == ([], ["new"])
    worker.work()
    assert written(interpreting) == ["s-1"]


def test_a_consumer_without_a_worker_beside_it_only_stores(interpreting, loops, say, casework, mail_of, rows):
    say(casework, "case.changed.v1")
    consumer, _ = loops()
    consumer.only_store()
    consumer.receive(Link(mail_of()))
    assert (written(interpreting), states(interpreting, rows)) == ([], ["new"])


def test_of_two_versions_in_one_batch_only_the_higher_is_shown(interpreting, loops, say, casework, mail_of, rows):
    shown = []
    say(casework, "case.changed.v1", version=1)
    say(casework, "case.changed.v1", version=2)
    consumer, _ = loops(lambda session, act, event: shown.append(event.version))
    consumer.receive(Link(mail_of()[::-1]))
    assert shown == [2]
    assert sorted((row.subjectversion, row.state, row.reason) for row in rows(interpreting, tables.inbox)) == [
        (1, "done", "superseded"),
        (2, "done", None),
    ]


class Killed(BaseException):
    """As a process that ends: nothing catches it."""


def test_an_event_that_ends_its_process_again_and_again_is_parked_and_the_rest_goes_on(
    interpreting, loops, say, casework, mail_of, rows, later
):
    def kill_for_one(session, act, event):
        if event.subject == "c-1":
            raise Killed
        write(session, act, event)

    for number in range(3):
        say(casework, "case.changed.v1", subject=f"c-{number}")
    consumer, _ = loops(kill_for_one)
    consumer.only_store()
    consumer.receive(Link(mail_of()))
    for _ in range(2 * ENDED_PROCESSES_AFTER + 2):  # each time a new process
        _, worker = loops(kill_for_one)
        with suppress(Killed):
            worker.resume()
            while worker.work():
                pass
        later(hours=2)
    assert written(interpreting) == ["c-0", "c-2"]
    assert {(row.subject, row.state, row.reason) for row in rows(interpreting, tables.inbox)} == {
        ("c-0", "done", None),
        ("c-1", "parked", "ended_the_process"),
        ("c-2", "done", None),
    }


def test_an_event_that_was_in_hand_by_chance_takes_effect_after_the_restart(interpreting, loops, say, casework, mail_of, rows, later):
    say(casework, "case.changed.v1")
    consumer, worker = loops(lambda session, act, event: (_ for _ in ()).throw(Killed))
    consumer.only_store()
    consumer.receive(Link(mail_of()))
    worker.resume()
    with pytest.raises(Killed):
        worker.work()
    later(minutes=5)
    _, worker = loops()
    worker.resume()
    while worker.work():
        pass
    assert written(interpreting) == ["s-1"]
    assert [(row.state, row.reason) for row in rows(interpreting, tables.inbox)] == [("done", None)]


@pytest.mark.parametrize("open_house", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_an_older_state_in_hand_cannot_take_effect_after_a_newer(interpreting, loops, say, casework, mail_of):
    """Two loops, as with two couriers: the newer state waits for the older to be through. (SQLite has one writer at a time.)"""
    say(casework, "case.changed.v1", version=1)
    say(casework, "case.changed.v1", version=2)
    first, second = mail_of()
    slow, go_on = threading.Event(), threading.Event()

    def show(session, act, event):
        if event.version == 1:
            slow.set()
            go_on.wait(20)
        session.execute(update(SHOWN).values(version=event.version))

    with interpreting.database.write() as session:
        session.execute(SHOWN.insert().values(subject="s-1", version=0))
    consumer, worker = loops(show)
    consumer.only_store()
    consumer.receive(Link([first]))
    working = threading.Thread(target=worker.work)
    working.start()
    assert slow.wait(20)
    at_once, _ = loops(show)
    receiving = threading.Thread(target=at_once.receive, args=(Link([second]),))
    receiving.start()
    receiving.join(0.5)
    assert receiving.is_alive()  # it waits for the older
    go_on.set()
    working.join(20)
    receiving.join(20)
    with interpreting.database.read() as session:
        assert session.execute(select(SHOWN.c.version)).scalar_one() == 2


def test_a_consumer_whose_reactions_speak_tells_so(interpreting, loops, say, casework, mail_of):
    def answer(session, act, event):
        emit(session, act, "order.changed.v1", subject="o-1", version=1, data=CHANGED, to=f"{HOUSE}.casework")

    say(casework, "case.changed.v1")
    consumer, _ = loops(answer)
    consumer.receive(Link(mail_of()))
    assert (consumer.left_work, consumer.spoke) == (False, True)
