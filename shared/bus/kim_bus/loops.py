"""The four loops of a courier. Each opens what it needs, works in rounds, and is thrown away on any error."""

from __future__ import annotations

import time
from typing import Protocol

from kim_runtime.database import Database

from kim_bus.chores import ChoreList
from kim_bus.consumer import Consumer
from kim_bus.one_relay import relay_lock
from kim_bus.relay import Relay
from kim_bus.transports.interface import Transport
from kim_bus.worker import Worker

STANDBY_SECONDS = 1.0  # between two looks whether the relay's place is free
CHORES_SECONDS = 0.5


class Loop(Protocol):
    def round(self, pause: float) -> int:
        """Work once; rest up to `pause` seconds when there was nothing to do. Returns how much was done."""
        ...

    def close(self) -> None: ...


class RelayLoop:
    def __init__(self, database: Database, relay: Relay, transport: Transport) -> None:
        self._relay = relay
        self._link = transport.outgoing()
        self._lock = relay_lock(database)

    def round(self, pause: float) -> int:
        if not self._lock.held():
            self._link.wait(STANDBY_SECONDS if pause else 0)
            return 0
        sent = self._relay.send(self._link)
        if not sent and pause:
            self._link.wait(pause)
        return sent

    def step_down(self) -> None:
        """Let another courier be the relay."""
        self._lock.release()

    def close(self) -> None:
        self._lock.release()
        self._link.close()


class ConsumerLoop:
    def __init__(self, consumer: Consumer, transport: Transport) -> None:
        self._consumer = consumer
        self._link = consumer.open(transport)

    def round(self, pause: float) -> int:
        return self._consumer.receive(self._link, pause)

    def close(self) -> None:
        self._link.close()


class WorkerLoop:
    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        worker.resume()

    def round(self, pause: float) -> int:
        handled = self._worker.work()
        if not handled and pause:
            time.sleep(pause)
        return handled

    def close(self) -> None:
        """Holds nothing open."""


class ChoresLoop:
    def __init__(self, chores: ChoreList) -> None:
        self._chores = chores

    def round(self, pause: float) -> int:
        ran = self._chores.run_due()
        if not ran and pause:
            time.sleep(CHORES_SECONDS)
        return ran

    def close(self) -> None:
        """Holds nothing open."""
