"""Keeps a loop running, crash-only: whatever goes wrong, the loop is thrown away and a new one started after a while."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from kim_runtime.logs import log

from kim_bus import metrics
from kim_bus.loops import Loop

SHORTEST_REST, LONGEST_REST, REST_GROWTH = 0.01, 0.2, 1.3  # seconds between two looks that found nothing; short again after work
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between restarts
STEADY_SECONDS = 60.0  # a loop that ran this long starts again with the first pause


class Keeper(threading.Thread):
    """One thread, one loop after another.

    In monotonic time: `last_beat` is when a round last ended well, `last_work` when one last did something, `last_sign` when the loop
    last did anything at all: ended a round, failed, or was started anew.
    """

    def __init__(self, name: str, mailbox: str, start_loop: Callable[[], Loop], stop: threading.Event) -> None:
        super().__init__(name=f"kim-{name}", daemon=True)
        self.loop_name = name
        self.last_beat = self.last_work = self.last_sign = time.monotonic()
        self._mailbox = mailbox
        self._start_loop = start_loop
        self._stopping = stop

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = self.last_sign = time.monotonic()
            try:
                self._keep_one()
            except Exception as error:  # noqa: BLE001 - crash-only: the next loop starts from what is committed
                self.last_sign = time.monotonic()
                if time.monotonic() - began > STEADY_SECONDS:
                    pause = FIRST_PAUSE
                metrics.RESTARTS.labels(self._mailbox, self.loop_name).inc()
                log().error("loop ended, starting anew", loop=self.loop_name, milliseconds=round(pause * 1000), exc_info=error)
                self._stopping.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, keeps no secret
                pause = min(pause * 2, LONGEST_PAUSE)

    def _keep_one(self) -> None:
        loop = self._start_loop()
        beat = metrics.LAST_BEAT.labels(self._mailbox, self.loop_name)
        rest = SHORTEST_REST
        try:
            while not self._stopping.is_set():
                done = loop.round(rest)
                rest = SHORTEST_REST if done else min(rest * REST_GROWTH, LONGEST_REST)
                self.last_beat = self.last_sign = time.monotonic()
                if done:
                    self.last_work = self.last_beat
                beat.set_to_current_time()
        finally:
            loop.close()
