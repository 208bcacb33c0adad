"""What a fault is, and the list of all."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.error import HTTPError

from pika.exceptions import AMQPError
from sqlalchemy.exc import DBAPIError

from faults.world import World

# Inflicts one fault. It yields the seconds to wait until it goes on, so that several may be under way at the same time.
Course = Callable[[World, random.Random], Iterator[float]]
Result = TypeVar("Result")
BROKER, DATABASE = "broker", "database"


@dataclass(frozen=True, slots=True)
class Fault:
    """`needs`: what it must have for itself, since two faults of the same server would undo each other."""

    name: str
    course: Course
    needs: frozenset[str]


ALL: dict[str, Fault] = {}
TRIES, AGAIN_AFTER = 40, 0.5  # seconds


def insist(action: Callable[[], Result]) -> Generator[float, None, Result]:
    """What an operator does with a server that has just come up or is busy: try again, for a while. Returns what it returned."""
    for left in reversed(range(TRIES)):
        try:
            return action()
        except (AMQPError, OSError, DBAPIError) as error:
            client_error = isinstance(error, HTTPError) and error.code < 500
            if client_error or not left:
                raise
            yield AGAIN_AFTER
    raise AssertionError("unreachable")


def fault(name: str, *needs: str) -> Callable[[Course], Course]:
    def listed(course: Course) -> Course:
        ALL[name] = Fault(name, course, frozenset(needs))
        return course

    return listed
