"""The processes of a world: started, killed, and started anew when they have died, as a supervisor does."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from typing import Any

from faults import child
from faults.place import Place

RESTART_SECONDS = (0.1, 0.8)  # until a process that died is started again
GRACEFUL_SECONDS = 25.0  # a courier gives its loops 20


@dataclass
class Child:
    name: str
    role: str
    mailbox: str
    parts: tuple[str, ...]  # relay, consumer, worker, chores; or web; or none
    arguments: dict[str, Any]
    process: ForkServerProcess
    keep: bool  # start it anew when it dies
    again_at: float | None = None


@dataclass
class Processes:
    place: Place
    dice: random.Random
    children: dict[str, Child] = field(default_factory=dict)
    started: int = 0
    deaths: Counter[str] = field(default_factory=Counter)  # how a process ended -> how often
    unexplained: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([child.__name__])
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))  # the server of forks imports the above

    def start(self, name: str, role: str, mailbox: str, parts: tuple[str, ...] = (), *, keep: bool = True, **arguments: Any) -> Child:
        one = Child(name, role, mailbox, parts, arguments, self._fork(name, role, mailbox, arguments), keep)
        self.children[name] = one
        return one

    def with_part(self, part: str) -> list[Child]:
        """Those alive that do this: relay, consumer, worker or web."""
        return [one for one in self.children.values() if part in one.parts and one.process.is_alive()]

    def kill(self, one: Child, number: int = signal.SIGKILL) -> None:
        if one.process.pid is not None and one.process.is_alive():
            os.kill(one.process.pid, number)

    def end(self, one: Child) -> bool:
        """End it in good order; False when it had to be killed in the end."""
        one.keep = False
        self.kill(one, signal.SIGTERM)
        one.process.join(GRACEFUL_SECONDS)
        orderly = not one.process.is_alive()
        if not orderly:
            self.kill(one)
            one.process.join()
        self.children.pop(one.name, None)
        return orderly

    def tick(self) -> None:
        """Start anew what has died a moment ago."""
        now = time.monotonic()
        for one in list(self.children.values()):
            if one.process.is_alive():
                continue
            if one.again_at is None:
                self._note_death(one)
                if not one.keep:
                    del self.children[one.name]
                    continue
                one.again_at = now + self.dice.uniform(*RESTART_SECONDS)
            elif now >= one.again_at:
                one.process, one.again_at = self._fork(one.name, one.role, one.mailbox, one.arguments), None

    def close(self) -> None:
        for one in list(self.children.values()):
            self.kill(one)
        for one in list(self.children.values()):
            one.process.join()
        self.children.clear()

    def _fork(self, name: str, role: str, mailbox: str, arguments: dict[str, Any]) -> ForkServerProcess:
        process = self._context.Process(target=child.main, args=(role, self.place, name, mailbox, arguments), daemon=True)
        process.start()
        self.started += 1
        return process

    def _note_death(self, one: Child) -> None:
        code = one.process.exitcode
        if code == -signal.SIGKILL:
            self.deaths["kill -9"] += 1
        elif code == child.hooks.KILLED_BY_MAIL:
            self.deaths["killed by a message"] += 1
        elif code == 0:
            self.deaths["ended by itself"] += 1
        else:
            self.deaths["fell over"] += 1
            if one.keep:  # what says one thing may lose its database meanwhile
                self.unexplained.append(f"{one.name} ended with {code}: {self.place.last_words(one.name)}")
