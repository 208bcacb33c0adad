"""Faults of processes: killed anywhere and at exact points, started twice, with a clock set back, with a transaction held open."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from functools import partial

from faults.fault import DATABASE, fault
from faults.hooks import POINTS, arm, armed_file, clock_file
from faults.place import INTAKE, MAILBOXES
from faults.workload import NORMAL
from faults.world import World

PATIENCE = 12.0  # seconds until an armed point that nobody passes is given up


def kill(world: World, dice: random.Random, part: str) -> Iterator[float]:
    alive = world.processes.with_part(part)
    if alive:
        world.processes.kill(dice.choice(alive))
        world.counts[f"kill -9 of a {part}"] += 1
    return iter(())


def kill_at(world: World, dice: random.Random, point: str) -> Iterator[float]:
    alive = world.processes.with_part(POINTS[point])
    if not alive:
        return
    file = armed_file(world.place.folder, dice.choice(alive).name)
    arm(file, point, dice.randint(1, 5))
    waited = 0.0
    while file.exists() and waited < PATIENCE:
        yield 0.3
        waited += 0.3
    file.unlink(missing_ok=True)


for _part in ("relay", "consumer", "worker", "web"):
    fault(f"kill -9 of a {_part}")(partial(kill, part=_part))
for _point in POINTS:
    fault(f"kill -9 {_point}")(partial(kill_at, point=_point))


@fault("a second courier by mistake")
def second_courier(world: World, dice: random.Random) -> Iterator[float]:
    mailbox = dice.choice(MAILBOXES)
    name = f"{mailbox}-second{dice.randrange(10**6)}"
    second = world.start_courier(name, mailbox, keep=False)
    world.counts["second couriers"] += 1
    yield dice.uniform(4, 10)
    world.processes.kill(second, dice.choice((signal.SIGTERM, signal.SIGKILL)))


@fault("a clock set back")
def clock_set_back(world: World, dice: random.Random) -> Iterator[float]:
    """The clock of all processes of one mailbox, for a few seconds; then somebody notices."""
    file = clock_file(world.place.folder, dice.choice(MAILBOXES))
    draft = file.with_suffix(".set")
    draft.write_text(str(-dice.randint(5, 7200)), encoding="ascii")
    draft.replace(file)
    world.counts["clocks set back"] += 1
    yield dice.uniform(3, 6)
    file.unlink(missing_ok=True)


@fault("a transaction held open", DATABASE)
def held_transaction(world: World, dice: random.Random) -> Iterator[float]:
    """It has its place in the outbox while others commit theirs after it, and commits last."""
    name = f"{INTAKE}-slow{dice.randrange(10**6)}"
    one = world.processes.start(name, "once", INTAKE, keep=False, mark=NORMAL, hold=dice.uniform(2, 5))
    while one.process.is_alive():
        yield 0.2
    world.counts["transactions held open"] += 1


def close_everything(world: World) -> None:
    """No point armed, no clock wrong, no second courier."""
    for mailbox in MAILBOXES:
        clock_file(world.place.folder, mailbox).unlink(missing_ok=True)
    for file in world.place.folder.glob("*.armed"):
        file.unlink(missing_ok=True)
    for one in list(world.processes.children.values()):
        if not one.keep and one.role == "courier":
            world.processes.end(one)
