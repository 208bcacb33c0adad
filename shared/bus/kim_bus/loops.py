"""The loops of a courier. Each opens what it needs, works in rounds, and is thrown away on any error.

What one loop has done is often work for the next: the consumer rings for the worker when it left it something, and both ring for the relay
when they had something said. So a loop may rest long when it looks for what other processes write, and still takes up at once what its own
courier hands on.
"""

from __future__ import annotations

import time
from threading import Event
from typing import Protocol

from kim_runtime.database import Database

from kim_bus.chores import ChoreList, EveryMinute
from kim_bus.consumer import Consumer
from kim_bus.one_relay import relay_lock
from kim_bus.pace import wait_for_more
from kim_bus.probe import Probe
from kim_bus.relay import Relay
from kim_bus.retention import Retention
from kim_bus.transports.interface import Transport
from kim_bus.worker import Worker

STANDBY_SECONDS = 1.0  # between two looks whether the relay's place is free
CHORES_SECONDS = 0.5
CLEARING_SECONDS = 0.05  # between two batches, so that those who wait for the database come first
PROBE_SECONDS = 0.5


class Loop(Protocol):
    def round(self, pause: float) -> int:
        """Work once; rest up to `pause` seconds when there was nothing to do. Returns how much was done."""
        ...

    def close(self) -> None: ...


class Bell:
    """One loop rests by it, others ring it."""

    def __init__(self) -> None:
        self._rung = Event()

    def ring(self) -> None:
        self._rung.set()

    @property
    def has_rung(self) -> bool:
        """Since the last rest."""
        return self._rung.is_set()

    def rest(self, seconds: float) -> None:
        """Up to `seconds`, or until it rings; a ring since the last rest counts."""
        self._rung.wait(seconds)
        self._rung.clear()


class RelayLoop:
    def __init__(self, database: Database, relay: Relay, transport: Transport, bell: Bell) -> None:
        self._relay = relay
        self._bell = bell
        self._link = transport.outgoing()
        self._lock = relay_lock(database)

    def round(self, pause: float) -> int:
        if not self._lock.held():
            self._link.wait(STANDBY_SECONDS if pause else 0)
            return 0
        sent = self._relay.send(self._link, paced=pause > 0)
        if not sent and pause:
            self._bell.rest(pause)
            self._link.wait(0)  # a link that is not looked at loses its heartbeat
        return sent

    def step_down(self) -> None:
        """Let another courier be the relay."""
        self._lock.release()

    def close(self) -> None:
        self._lock.release()
        self._link.close()


class ConsumerLoop:
    def __init__(self, consumer: Consumer, transport: Transport, for_worker: Bell, for_relay: Bell) -> None:
        self._consumer = consumer
        self._link = consumer.open(transport)
        self._for_worker = for_worker
        self._for_relay = for_relay

    def round(self, pause: float) -> int:
        received = self._consumer.receive(self._link, pause)
        if received:
            if self._consumer.left_work:
                self._for_worker.ring()
            if self._consumer.spoke:
                self._for_relay.ring()
            if pause:
                time.sleep(wait_for_more(received))
        return received

    def close(self) -> None:
        self._link.close()


class WorkerLoop:
    def __init__(self, worker: Worker, bell: Bell, for_relay: Bell) -> None:
        self._worker = worker
        self._bell = bell
        self._for_relay = for_relay
        worker.resume()

    def round(self, pause: float) -> int:
        handled = self._worker.work()
        if handled:
            self._for_relay.ring()
        elif pause:
            self._bell.rest(pause)
        return handled

    def close(self) -> None:
        """Holds nothing open."""


class ChoresLoop:
    def __init__(self, chores: ChoreList, every_minute: EveryMinute, retention: Retention, for_relay: Bell) -> None:
        self._chores = chores
        self._every_minute = every_minute
        self._retention = retention
        self._for_relay = for_relay

    def round(self, pause: float) -> int:
        self._every_minute.run_due()
        ran = self._chores.run_due()
        if ran:
            self._for_relay.ring()
        cleared = self._retention.step()
        if not ran and pause:
            time.sleep(CHORES_SECONDS if self._retention.resting else CLEARING_SECONDS)
        return ran + cleared

    def close(self) -> None:
        """Holds nothing open."""


class ProbeLoop:
    def __init__(self, probe: Probe, for_relay: Bell) -> None:
        self._probe = probe
        self._for_relay = for_relay

    def round(self, pause: float) -> int:
        sent = self._probe.send_if_due()
        if sent:
            self._for_relay.ring()
        elif pause:
            time.sleep(PROBE_SECONDS)
        return sent

    def close(self) -> None:
        """Holds nothing open."""
