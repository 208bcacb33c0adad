"""The world a scenario is played in: the houses, the clock, and waiting until everything that was said has arrived and taken effect."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from kim_bus.directory import Directory
from kim_bus.probe import PROBED
from kim_bus.routing import bindings
from kim_bus.tables import inbox, outbox
from kim_runtime.act import Act
from kim_runtime.database import Database
from kim_service.service import House
from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from kim_demo.people import actor

SETTLE_SECONDS = 120.0


class NotSettled(Exception):
    """Something that was said did not arrive or take effect; the message says what waits where."""


class World(Protocol):
    def set_clock(self, at: datetime) -> None: ...

    def settle(self, *, chores: bool = False) -> None:
        """Wait until every event has reached every mailbox bound to it and taken effect there, and with `chores` until every house has
        done its chores of the day. Raises NotSettled.
        """
        ...

    def desk(self, mailbox: str, person: str) -> Desk: ...


class Desk:
    """A person at work in one service: `with desk.write() as (session, act):` is one operation in one transaction."""

    def __init__(self, house: House, person: str) -> None:
        self._house = house
        self._actor = actor(person)

    @contextmanager
    def write(self) -> Iterator[tuple[Session, Act]]:
        with self._house.database.write() as session:
            yield session, self._house.act(self._actor)

    @contextmanager
    def read(self) -> Iterator[tuple[Session, Act]]:
        with self._house.database.read() as session:
            yield session, self._house.act(self._actor)


class RunningWorld:
    """A world whose couriers are processes of their own; settling means watching their databases."""

    def __init__(
        self,
        houses: Mapping[str, House],
        set_clock: Callable[[datetime], None],
        pause: float = 0.03,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        """`watch` raises when a courier has ended."""
        self._houses = houses
        self._pause = pause
        self._watch = watch
        self._readers = readers_by_key(next(iter(houses.values())).directory)
        self.set_clock = set_clock

    def desk(self, mailbox: str, person: str) -> Desk:
        return Desk(self._houses[mailbox], person)

    def settle(self, *, chores: bool = False) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        if chores:
            self._until(lambda: next(iter(undone_chores(self._houses)), ""), deadline)
        self._until(self._behind, deadline)

    def _behind(self) -> str:
        """The first mailbox that lacks something. One is looked at after the other, so that waiting costs little."""
        due = due_at(self._houses, self._readers)
        found = next((line for mailbox, house in self._houses.items() if (line := behind(house, due[mailbox]))), "")
        if found or due_at(self._houses, self._readers) == due:
            return found
        return "a reaction has said something more"

    def _until(self, waiting: Callable[[], str], deadline: float) -> None:
        while line := waiting():
            if time.monotonic() > deadline:
                raise NotSettled(line)
            self._watch()
            time.sleep(self._pause)


class PumpedWorld:
    """A world in one process: settling means pumping every courier until nothing moves. For tests: the same every time."""

    def __init__(self, houses: Mapping[str, House], set_clock: Callable[[datetime], None]) -> None:
        self._houses = houses
        self._couriers = [house.courier() for house in houses.values()]
        self._readers = readers_by_key(next(iter(houses.values())).directory)
        self.set_clock = set_clock

    def desk(self, mailbox: str, person: str) -> Desk:
        return Desk(self._houses[mailbox], person)

    def settle(self, *, chores: bool = False) -> None:
        while sum([courier.pump() for courier in self._couriers]):
            pass
        if waiting := waits(self._houses, self._readers):
            raise NotSettled("; ".join(waiting))


def readers_by_key(directory: Directory) -> dict[str, list[str]]:
    """Routing key -> the mailboxes it reaches."""
    found: dict[str, list[str]] = {}
    for binding in bindings(directory):
        found.setdefault(binding.routing_key, []).append(binding.mailbox)
    return found


def waits(houses: Mapping[str, House], readers: Mapping[str, list[str]]) -> list[str]:
    """What has not arrived or not taken effect, a line a mailbox; empty when all is settled.

    Counted from both ends: what the senders' outboxes hold for a mailbox against what that mailbox has done. So an event on its way
    between the two is missed as surely as one that waits at either end.
    """
    due = due_at(houses, readers)
    return [line for mailbox, house in houses.items() if (line := behind(house, due[mailbox]))]


def due_at(houses: Mapping[str, House], readers: Mapping[str, list[str]]) -> Counter[str]:
    """How many events the senders' outboxes hold for each mailbox, sent or not."""
    due: Counter[str] = Counter()
    for house in houses.values():
        for routing_key, count in _grouped(house.database, outbox.c.routing_key):
            for mailbox in readers.get(routing_key, ()):
                due[mailbox] += count
    return due


def behind(house: House, due: int) -> str:
    """What this mailbox still lacks, as a line; empty when it has done what is due. Raises NotSettled when something is parked."""
    states = dict(_grouped(house.database, inbox.c.state))
    if states.get("parked"):
        raise NotSettled(f"{house.mailbox}: {states['parked']} parked")
    done = states.get("done", 0)
    return "" if done == due else f"{house.mailbox}: {done} of {due} done"


def undone_chores(houses: Mapping[str, House]) -> list[str]:
    return [f"{mailbox}: chores of the day" for mailbox, house in houses.items() if not house.chores_done()]


def _grouped(database: Database, column: Column[str]) -> list[tuple[str, int]]:
    """Events by the value of a column of outbox or inbox, without the couriers' probes, which come and go by themselves."""
    with database.read() as session:
        counted = select(column, func.count()).where(column.table.c.name != PROBED).group_by(column)
        return [(key, count) for key, count in session.execute(counted)]
