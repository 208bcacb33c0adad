"""What happens when: drawn from the seed alone, every fault once in a random order, and again until the time is over."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from faults import faults_of_mail, faults_of_processes, faults_of_servers  # noqa: F401 - each lists its faults
from faults.fault import ALL, Fault
from faults.world import World

GAP = (0.4, 3.0)  # seconds between the beginnings of two faults


@dataclass(frozen=True, slots=True)
class Planned:
    at: float  # seconds from the beginning
    fault: Fault
    seed: int  # of the fault's own dice


def plan(seed: int, seconds: float, names: Sequence[str] = ()) -> list[Planned]:
    dice = random.Random(seed)
    listed = [ALL[name] for name in names or sorted(ALL)]
    planned: list[Planned] = []
    at = dice.uniform(4, 5)  # the broker's queues are new: see faults_of_servers.WRITTEN_DOWN
    while True:
        for fault in dice.sample(listed, len(listed)):
            if at > seconds:
                return planned
            planned.append(Planned(at, fault, dice.randrange(2**32)))
            at += dice.uniform(*GAP)


def play(world: World, planned: Sequence[Planned], seconds: float, say: Callable[[str], None]) -> None:
    """Inflict all of it, as many at the same time as do not need the same; processes that die are started anew meanwhile.

    Faults that had to wait for one another are still inflicted when the time is over, unless they have not begun.
    """
    begun = time.monotonic()
    waiting, running = list(planned), list[tuple[float, Iterator[float], Fault]]()
    while running or (now := time.monotonic() - begun) < seconds:
        now = time.monotonic() - begun
        world.processes.tick()
        for one in [one for one in waiting if one.at <= now < seconds]:
            if not any(one.fault.needs & fault.needs for _, _, fault in running):
                waiting.remove(one)
                say(f"{now:6.1f} s  {one.fault.name}")
                running.append((now, one.fault.course(world, random.Random(one.seed)), one.fault))
        still = []
        for due, course, fault in running:
            if due <= now:
                pause = next(course, None)
                if pause is None:
                    continue
                due = time.monotonic() - begun + pause
            still.append((due, course, fault))
        running = still
        time.sleep(0.05)
