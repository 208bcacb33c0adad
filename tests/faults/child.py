"""The processes of a world under attack, each forked with the product already read: couriers whole or in parts, web processes, and one
that says a single thing, perhaps slowly."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

import pika  # noqa: F401 - read before the fork, with all that RabbitMQ's transport needs
from kim_bus import courier as courier_module
from kim_bus.courier import LOOPS, Courier
from kim_bus.transports import open_transport
from kim_bus.transports import rabbitmq as _rabbitmq  # noqa: F401
from kim_runtime import logs
from kim_runtime.act import service_act
from kim_runtime.clock import SystemClock
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from faults import hooks, workload
from faults.hooks import AFTER_EMIT, EMIT_COMMIT, Points
from faults.place import Place
from faults.sabotage import SABOTAGES

WEB_PAUSE = 0.3  # seconds until a web process that was refused by its database tries the next thing


def main(role: str, place: Place, name: str, mailbox: str, arguments: dict[str, Any]) -> None:
    """Run as one process of the world until killed, told to end, or done."""
    log = os.open(place.log_of(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the one who started the attack
    organisation, _, service = mailbox.partition(".")
    logs.set_up(organisation, service, name)
    hooks.shorten_pauses()
    ROLES[role](place, name, mailbox, **arguments)


def courier(place: Place, name: str, mailbox: str, address: str, only: Sequence[str] = LOOPS, sabotage: str = "") -> None:
    points = Points(place.folder, name)
    post = place.post(mailbox)
    replaced, around = SABOTAGES.get(sabotage, ({}, None))
    for part, replacement in replaced.items():
        setattr(courier_module, part, replacement)
    transport = hooks.HookedTransport(open_transport(place.brokers[mailbox], mailbox, post.directory), points, around)
    reactions = [hooks.hooked(reaction, points) for reaction in workload.reactions(mailbox)]
    event.listen(Session, "after_commit", hooks.after_commit(points))
    clock = hooks.ShiftedClock(hooks.clock_file(place.folder, mailbox))
    Courier(place.database(mailbox), post, transport, reactions, (), SystemClock(), clock).run(address, only)


def web(place: Place, name: str, mailbox: str, rate: float, seed: int) -> None:
    """Do `rate` things a second until SIGTERM; what the database does not take has not happened."""
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    points, database, dice = Points(place.folder, name), place.database(mailbox), random.Random(seed)
    due = time.monotonic()
    while not stopping:
        due = max(due + dice.expovariate(rate), time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            with database.write() as session:
                workload.web_act(mailbox, dice, name)(session, _act(mailbox))
                points.reach(EMIT_COMMIT)
            points.reach(AFTER_EMIT)
        except DBAPIError as error:
            print(f"not done: {type(error).__name__}", flush=True)
            time.sleep(WEB_PAUSE)


def once(place: Place, name: str, mailbox: str, mark: str, hold: float = 0) -> None:
    """Record one consultation marked so, its transaction open for `hold` seconds while others commit theirs."""
    database = place.database(mailbox)
    with database.write() as session:
        workload.consult(session, _act(mailbox), name, mark, held=hold > 0)
        time.sleep(hold)


def _act(mailbox: str) -> Any:
    organisation, _, service = mailbox.partition(".")
    return service_act(organisation, service, SystemClock().now())


ROLES: dict[str, Callable[..., None]] = {"courier": courier, "web": web, "once": once}
