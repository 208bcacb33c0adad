"""What a fault is, and the list of all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faults.world import World

# Inflicts one fault. It yields the seconds to wait until it goes on, so that several may be under way at the same time.
Course = Callable[[World, random.Random], Iterator[float]]
BROKER, DATABASE = "broker", "database"


@dataclass(frozen=True, slots=True)
class Fault:
    """`needs`: what it must have for itself, since two faults of the same server would undo each other."""

    name: str
    course: Course
    needs: frozenset[str]


ALL: dict[str, Fault] = {}


def fault(name: str, *needs: str) -> Callable[[Course], Course]:
    def listed(course: Course) -> Course:
        ALL[name] = Fault(name, course, frozenset(needs))
        return course

    return listed
