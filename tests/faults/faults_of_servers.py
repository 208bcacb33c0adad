"""Faults of the broker and of the database: restarted, killed, full, refusing."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator

from faults.fault import BROKER, fault
from faults.world import World


@fault("the broker restarted", BROKER)
def broker_restarted(world: World, dice: random.Random) -> Iterator[float]:
    yield from _broker_down(world, signal.SIGTERM, dice.uniform(0, 2))


@fault("the broker killed", BROKER)
def broker_killed(world: World, dice: random.Random) -> Iterator[float]:
    yield from _broker_down(world, signal.SIGKILL, dice.uniform(0, 2))


def _broker_down(world: World, number: int, down: float) -> Iterator[float]:
    world.node.signal(number)
    while world.node.runs():
        yield 0.2
    yield down
    world.node.start()
    world.counts["broker killed" if number == signal.SIGKILL else "broker restarted"] += 1
    while not world.node.answers():
        yield 0.5


def mend(world: World) -> None:
    """Whatever is down is started; whatever refuses, takes again."""
    if not world.node.runs():
        world.node.start()
    world.node.wait()
