"""The courier of one service: relay, consumer, worker, chores and probe, as threads of one process of their own.

Web processes never speak to the broker: a forked or shared connection loses mail silently.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from kim_runtime.clock import Clock, SystemClock
from kim_runtime.database import Database
from kim_runtime.logs import log
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.chores import Chore, ChoreList, EveryMinute
from kim_bus.consumer import Consumer
from kim_bus.courier_door import CourierDoor
from kim_bus.effects import Effects
from kim_bus.health import Health, health_of
from kim_bus.keeper import Keeper
from kim_bus.loops import Bell, ChoresLoop, ConsumerLoop, Loop, ProbeLoop, RelayLoop, WorkerLoop
from kim_bus.post import Post
from kim_bus.probe import Probe
from kim_bus.reaction import Reaction
from kim_bus.relay import Relay
from kim_bus.retention import Retention
from kim_bus.standing import measure
from kim_bus.transports.interface import Transport
from kim_bus.worker import Worker

PUMPED = ("relay", "consumer", "worker", "chores")
LOOPS = (*PUMPED, "probe")
LAST_ROUND_SECONDS = 20.0  # how long a stopping courier waits for its loops


class Courier:
    """`clock` is business time, which reactions and chores see; `delivery_clock` counts retries and ages."""

    def __init__(
        self,
        database: Database,
        post: Post,
        transport: Transport,
        reactions: Iterable[Reaction] = (),
        chores: Iterable[Chore] = (),
        clock: Clock | None = None,
        delivery_clock: Clock | None = None,
        minutely: Iterable[Callable[[Session, datetime], object]] = (),
    ) -> None:
        clock, delivery_clock = clock or SystemClock(), delivery_clock or SystemClock()
        self._database = database
        self._mailbox = post.mailbox
        self._began = time.monotonic()
        self._delivery_clock = delivery_clock
        self._queues = queues = database.for_queues()
        relay = Relay(queues, post.mailbox, delivery_clock, clock)
        self._probe = Probe(database, post, clock, delivery_clock)
        effects = Effects(post, (*reactions, self._probe.reaction()), clock)
        self._consumer = consumer = Consumer(queues, post, delivery_clock, effects)
        worker = Worker(queues, post, effects, delivery_clock)
        chore_list = ChoreList(database, post, chores, clock, delivery_clock)
        every_minute = EveryMinute(database, minutely, delivery_clock)
        retention = Retention(queues, delivery_clock)
        for_relay, for_worker = Bell(), Bell()
        self._start: Mapping[str, Callable[[], Loop]] = {
            "relay": lambda: RelayLoop(database, relay, transport, for_relay),
            "consumer": lambda: ConsumerLoop(consumer, transport, for_worker, for_relay),
            "worker": lambda: WorkerLoop(worker, for_worker, for_relay),
            "chores": lambda: ChoresLoop(chore_list, every_minute, retention, for_relay),
            "probe": lambda: ProbeLoop(self._probe, for_relay),
        }
        self._pumped: dict[str, Loop] = {}

    def pump(self) -> int:
        """Run all loops but the probe in turn until nothing moves in this house any more. Returns how much was done: 0 means quiet."""
        done = 0
        try:
            while moved := sum(self._pumped_loop(name).round(0) for name in PUMPED):
                done += moved
        except BaseException:
            self.close()
            raise
        relay = self._pumped["relay"]
        assert isinstance(relay, RelayLoop)
        relay.step_down()
        return done

    def close(self) -> None:
        """Close the links that `pump` opened, and the connections to the database."""
        pumped, self._pumped = self._pumped, {}
        for loop in pumped.values():
            loop.close()
        self._queues.close()

    def run(self, bind: str, only: Iterable[str] = LOOPS, stop: threading.Event | None = None) -> None:
        """Run until SIGTERM or SIGINT (or `stop`), with health and metrics at `bind` (host:port). Call it from the main thread.

        Raises OSError when the address is taken.
        """
        stop = stop or threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        if "worker" not in only:
            self._consumer.only_store()
        keepers = [Keeper(name, self._mailbox, self._start[name], stop) for name in only]
        door = CourierDoor(bind, lambda: self._health(keepers), self._measure)
        door.open()
        log().info("courier started", mailbox=self._mailbox, address=bind)
        gc.collect()
        gc.freeze()  # what was loaded so far stays; looking through it again and again stopped all loops for a tenth of a second
        for keeper in keepers:
            keeper.start()
        while not stop.wait(1.0):
            pass
        deadline = time.monotonic() + LAST_ROUND_SECONDS
        for keeper in keepers:
            keeper.join(max(0.0, deadline - time.monotonic()))
            if keeper.is_alive():
                metrics.FORCED_STOPS.labels(self._mailbox, keeper.loop_name).inc()
                log().error("loop did not end in time and is left behind", loop=keeper.loop_name)
        door.close()
        self._queues.close()
        log().info("courier stopped", mailbox=self._mailbox)

    def _pumped_loop(self, name: str) -> Loop:
        if name not in self._pumped:
            self._pumped[name] = self._start[name]()
        return self._pumped[name]

    def _health(self, keepers: Sequence[Keeper]) -> Health:
        return health_of(keepers, self._probe.is_lost)

    def _measure(self) -> None:
        measure(self._database, self._mailbox, self._delivery_clock.now(), time.monotonic() - self._began)
