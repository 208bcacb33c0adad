"""How a loop is kept running: rests that grow while nothing happens, restarts that grow while it fails, and an end when it is told."""

import threading
import time

import pytest
from kim_bus import keeper
from kim_bus.keeper import FIRST_PAUSE, LONGEST_PAUSE, LONGEST_REST, SHORTEST_REST, Keeper
from kim_bus.loops import Bell, ChoresLoop, ConsumerLoop, RelayLoop, WorkerLoop
from kim_bus.relay import Relay
from kim_bus.transports import rabbitmq
from kim_runtime.clock import SystemClock

PATIENCE = 15.0


class Loop:
    """A loop that does what `outcomes` say, a round each, and notes how long it might rest; then it stops the keeper."""

    def __init__(self, stop, outcomes):
        self.stop, self.outcomes, self.rests, self.closed = stop, list(outcomes), [], 0

    def round(self, pause):
        self.rests.append(pause)
        if len(self.rests) == len(self.outcomes):
            self.stop.set()
        outcome = self.outcomes[len(self.rests) - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self):
        self.closed += 1


def keep(outcomes):
    stop = threading.Event()
    loop = Loop(stop, outcomes)
    kept = Keeper("worker", "caritas-eifel.casework", lambda: loop, stop)
    kept.start()
    kept.join(PATIENCE)
    assert not kept.is_alive()
    return loop


def test_rests_grow_while_nothing_happens_and_are_short_again_after_work():
    rests = keep([0] * 15 + [3, 0, 0]).rests
    assert rests[0] == SHORTEST_REST
    assert rests[:15] == sorted(rests[:15])
    assert rests[15] == LONGEST_REST
    assert rests[16] == SHORTEST_REST < rests[17]


def test_a_bell_ends_a_rest_also_when_it_rang_before():
    bell = Bell()
    bell.ring()
    began = time.monotonic()
    bell.rest(PATIENCE)
    assert time.monotonic() - began < 1
    threading.Timer(0.05, bell.ring).start()
    bell.rest(PATIENCE)
    assert time.monotonic() - began < 2


class Does:
    """Stands for consumer, worker and chores: each has done one thing."""

    left_work = True
    spoke = True

    def open(self, transport):
        return None

    def receive(self, link, seconds):
        return 1

    def work(self):
        return 1

    def run_due(self):
        return 1

    def step(self):
        return 0

    def resume(self):
        pass


MAKE = {
    "consumer": lambda does, bell: ConsumerLoop(does, None, bell, Bell()),
    "worker": lambda does, bell: WorkerLoop(does, Bell(), bell),
    "chores": lambda does, bell: ChoresLoop(does, Does(), does, bell),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_what_a_loop_hands_on_ends_the_rest_of_the_next(make):
    bell = Bell()
    assert make(Does(), bell).round(PATIENCE) == 1
    began = time.monotonic()
    bell.rest(PATIENCE)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(("left_work", "spoke"), [(True, False), (False, True), (False, False)])
def test_a_consumer_wakes_nobody_for_nothing(left_work, spoke):
    does, for_worker, for_relay = Does(), Bell(), Bell()
    does.left_work, does.spoke = left_work, spoke
    ConsumerLoop(does, None, for_worker, for_relay).round(PATIENCE)
    assert (for_worker.has_rung, for_relay.has_rung) == (left_work, spoke)


class Impatient(threading.Event):
    """Does not wait, and notes how long it should have."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        return self.is_set()


def failing(times, stop):
    """A loop that fails `times` in its first round, and then stops its keeper."""
    tries = iter(range(times + 1))

    def start():
        if next(tries) == times:
            stop.set()
        return Loop(threading.Event(), [OSError("gone")] if not stop.is_set() else [0])

    kept = Keeper("worker", "caritas-eifel.casework", start, stop)
    kept.start()
    kept.join(PATIENCE)
    assert not kept.is_alive()
    return stop.waits


def test_restarts_come_ever_later_and_never_in_step():
    waits = failing(10, Impatient())
    assert len(waits) == 10
    for number, wait in enumerate(waits):
        planned = min(FIRST_PAUSE * 2**number, LONGEST_PAUSE)
        assert 0.5 * planned <= wait <= 1.5 * planned
    others = failing(10, Impatient())
    assert waits != others


def test_a_loop_that_ran_steadily_starts_again_with_the_first_pause(monkeypatch):
    clock = iter(range(0, 10**9, 100))  # each look at the clock is 100 s later
    monkeypatch.setattr(keeper.time, "monotonic", lambda: next(clock))
    waits = failing(6, Impatient())
    assert max(waits) <= 1.5 * FIRST_PAUSE


def test_a_failure_is_a_sign_and_no_beat():
    stop = Impatient()
    kept = Keeper("worker", "caritas-eifel.casework", lambda: Loop(stop, [OSError("gone")]), stop)
    begun = kept.last_beat
    kept.start()
    kept.join(PATIENCE)
    assert kept.last_beat == begun < kept.last_sign


def test_what_failed_is_closed_before_the_next_begins():
    assert keep([OSError("gone"), 0]).closed == 2


@pytest.mark.rabbitmq
def test_a_resting_relay_keeps_its_link(houses, rabbit, say, monkeypatch):
    monkeypatch.setattr(rabbitmq, "HEARTBEAT_SECONDS", 1)
    casework = houses("staedteregion-aachen.casework")
    transport = rabbitmq.RabbitTransport(rabbit.url_of(casework.mailbox), casework.mailbox)
    relay = Relay(casework.database, casework.mailbox, SystemClock(), houses.clock)
    loop = RelayLoop(casework.database, relay, transport, Bell())
    try:
        end = time.monotonic() + 4  # the broker ends a link after two missed heartbeats
        while time.monotonic() < end:
            assert loop.round(LONGEST_REST) == 0
        say(casework, "case.changed.v1")
        assert loop.round(0) == 1  # raises LinkLost where the broker has ended it
    finally:
        loop.close()
