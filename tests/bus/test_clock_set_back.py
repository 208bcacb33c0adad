"""The clock of a machine is set back: nothing that was never tried waits until it is there again, and nothing else for long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from kim_bus import tables
from kim_bus.chores import MINUTE, Chore, EveryMinute
from kim_bus.consumer import Consumer
from kim_bus.effects import Effects
from kim_bus.ladder import LONGEST_PAUSE, lies_ahead
from kim_bus.reaction import Reaction
from kim_bus.relay import Relay
from kim_bus.retention import Retention
from kim_bus.transports.interface import Delivery, Mail, Outcome
from kim_bus.worker import Worker

CASEWORK, INTERPRETING = "staedteregion-aachen.casework", "staedteregion-aachen.interpreting"
FAR = LONGEST_PAUSE + timedelta(minutes=1)


class Road:
    """A way out that answers each mail alike."""

    def __init__(self, outcome: Outcome = Outcome.CONFIRMED) -> None:
        self.outcome = outcome

    def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
        return [self.outcome for _ in batch]


class Letterbox:
    """A way in with these deliveries in it."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self.deliveries = deliveries

    def fetch(self, _most: int, _seconds: float) -> Sequence[Delivery]:
        return self.deliveries

    def ack(self, tag: int) -> None:
        assert tag == self.deliveries[-1].tag


@pytest.fixture
def set_back(houses: Any) -> Callable[[timedelta], None]:
    return lambda span: houses.delivery_clock.set(houses.delivery_clock.now() - span)


@pytest.fixture
def casework(open_house: Any) -> Any:
    return open_house(CASEWORK)


@pytest.fixture
def relay(casework: Any, houses: Any) -> Relay:
    return Relay(casework.database, CASEWORK, houses.delivery_clock, houses.clock)


@pytest.fixture
def interpreting(open_house: Any, houses: Any, casework: Any, say: Any, rows: Any) -> Any:
    """It has an event in its inbox that nobody has tried yet."""
    house = open_house(INTERPRETING)
    say(casework, "case.changed.v1")
    [sent] = rows(casework, tables.outbox)
    box = Letterbox([Delivery(1, sent.routing_key, sent.body, sent.headers)])
    Consumer(house.database, house.post, houses.delivery_clock).receive(box)
    return house


def worker(house: Any, houses: Any, handle: Callable[..., None] = lambda *_: None) -> Worker:
    effects = Effects(house.post, [Reaction("case.changed.v1", handle)], houses.clock)
    return Worker(house.database, house.post, effects, houses.delivery_clock)


@pytest.mark.parametrize("span", [timedelta(minutes=1), timedelta(days=400)])
def test_what_was_written_before_leaves_at_once(relay: Relay, casework: Any, say: Any, set_back: Any, later: Any, span: timedelta) -> None:
    later(hours=-1)  # the clock by which it is written
    say(casework, "case.changed.v1")
    set_back(span)
    assert relay.send(Road()) == 1  # type: ignore[arg-type]


def test_what_could_not_be_delivered_before_waits_no_longer_than_any_pause(relay: Relay, casework: Any, say: Any, set_back: Any) -> None:
    say(casework, "case.changed.v1")
    assert relay.send(Road(Outcome.RETURNED)) == 1  # type: ignore[arg-type]
    set_back(LONGEST_PAUSE - timedelta(minutes=1))
    assert relay.send(Road()) == 0  # type: ignore[arg-type]
    set_back(timedelta(minutes=2))
    assert relay.send(Road()) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("span", [timedelta(minutes=1), timedelta(days=400)])
def test_what_came_before_takes_effect_at_once(interpreting: Any, houses: Any, set_back: Any, rows: Any, span: timedelta) -> None:
    at_work = worker(interpreting, houses)
    set_back(span)
    assert at_work.work() == 1
    assert [row.state for row in rows(interpreting, tables.inbox)] == ["done"]


def test_also_where_nobody_was_at_work_when_the_clock_was_set_back(interpreting: Any, houses: Any, set_back: Any) -> None:
    set_back(timedelta(days=1))
    comes = worker(interpreting, houses)
    assert comes.work() == 0
    comes.resume()  # as at each start
    assert comes.work() == 1


def test_what_failed_before_waits_no_longer_than_any_pause(interpreting: Any, houses: Any, set_back: Any, rows: Any) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    failing = worker(interpreting, houses, fail)
    assert failing.work() == 1
    set_back(timedelta(minutes=5))
    assert failing.work() == 0  # it was tried, and waits
    set_back(FAR)
    assert failing.work() == 1
    assert [row.attempts for row in rows(interpreting, tables.inbox)] == [2]


def test_the_work_of_the_minute_goes_on_once_a_minute(casework: Any, houses: Any, set_back: Any, later: Any) -> None:
    seen: list[Any] = []
    every_minute = EveryMinute(casework.database, [lambda _session, now: seen.append(now)], houses.delivery_clock)
    every_minute.run_due()
    set_back(timedelta(hours=1))
    for _look in range(3):
        every_minute.run_due()
    assert len(seen) == 2
    later(seconds=MINUTE.total_seconds())
    every_minute.run_due()
    assert len(seen) == 3


def test_a_chore_that_failed_is_run_again(open_house: Any, set_back: Any) -> None:
    runs: list[Any] = []

    def stumble(*_: Any) -> None:
        runs.append(1)
        raise ZeroDivisionError

    house = open_house(CASEWORK, chores=[Chore("stumble", stumble)])
    house.courier.pump()
    assert len(runs) == 1
    set_back(timedelta(hours=1))
    house.courier.pump()
    assert len(runs) == 2


def test_clearing_out_goes_on(casework: Any, houses: Any, set_back: Any) -> None:
    retention = Retention(casework.database, houses.delivery_clock)
    while not retention.resting:
        retention.step()
    set_back(timedelta(seconds=1))
    assert not retention.resting, "what was set further ahead than it is ever set"


def test_a_moment_lies_ahead_as_far_as_it_can_have_been_set(houses: Any) -> None:
    now, minute = houses.clock.now(), timedelta(minutes=1)
    assert [lies_ahead(now + ahead, now, minute) for ahead in (-minute, timedelta(), minute / 2, minute, 2 * minute)] == [
        False, False, True, True, False,
    ]  # fmt: skip
