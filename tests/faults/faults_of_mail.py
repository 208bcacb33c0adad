"""Faults of what is sent: repeated and reordered, poisonous, deadly, of a newer release, broken, too large, forged.

Strange mail is put into a mailbox by the operator, under the routing key its sender would have used.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from kim_bus import tables
from kim_bus.keys import Keys
from kim_bus.sealing import sign
from kim_bus.topology import EXCHANGE
from kim_events.envelope import Envelope
from kim_runtime.clock import SystemClock
from kim_runtime.ids import new_id
from pika import BasicProperties
from sqlalchemy import func, select

from faults.checker import sha256
from faults.fault import BROKER, DATABASE, fault, insist
from faults.place import CASEWORK, INTAKE, INTERPRETING, MAILBOXES
from faults.workload import DEADLY, FATAL, HEALING, NOT_YET, POISON, REFUSED
from faults.world import Letter, World

HOUSE = CASEWORK.partition(".")[0]
TEN_MEGABYTES = 10 * 1024 * 1024


@fault("old mail again, in another order", BROKER, DATABASE)
def replayed(world: World, dice: random.Random) -> Iterator[float]:
    sender = dice.choice(MAILBOXES)
    outbox = tables.outbox.c
    with world.databases[sender].read() as session:
        sent = select(outbox.event_id, outbox.routing_key, outbox.body, outbox.headers).where(outbox.published_at.is_not(None))
        rows = session.execute(sent.order_by(func.random()).limit(60)).all()
    letters = [(row.routing_key, bytes(row.body), row.headers) for row in rows] * 2
    dice.shuffle(letters)

    def send() -> None:
        with world.channel() as channel:
            for routing_key, body, headers in letters:
                channel.basic_publish(EXCHANGE, routing_key, body, BasicProperties(delivery_mode=2, headers=headers))

    yield from insist(send)
    world.counts["deliveries repeated"] += len(letters)


def marked(world: World, _dice: random.Random, mark: str) -> Iterator[float]:
    """A consultation that behaves so at casework."""
    one = world.processes.start(f"{INTAKE}-{mark}-{new_id()}", "once", INTAKE, keep=False, mark=mark)
    while one.process.is_alive():
        yield 0.2
    world.counts[f"{mark} messages"] += 1


for _mark in (POISON, HEALING, NOT_YET, REFUSED, DEADLY, FATAL):
    fault(f"a message that is {_mark}", DATABASE)(partial(marked, mark=_mark))


def _consultation(keys: str = INTAKE, **changed: Any) -> Callable[[World], Letter]:
    """Routing key, body and signature of a consultation that intake never recorded, changed so; signed by the mailbox `keys`."""

    def make(world: World) -> Letter:
        data = {"site": "x", "service": "school_entry", "kind": "first", "day": "2022-06-01", "persons_present": 1, "topics": []}
        event_id = new_id()
        envelope = Envelope(
            id=event_id, organisation=HOUSE, service="intake", name="consultation.recorded.v1", subject=f"x-{event_id}", subjectversion=1,
            time=SystemClock().now(), dataschema="urn:kim:schema:consultation.recorded.v1", recipient=HOUSE, correlationid=event_id,
            data=data,
        )  # fmt: skip
        envelope = replace(envelope, **changed)
        body = envelope.encode()
        return envelope.routing_key, body, _signature(world, keys, body)

    return make


def _raw(begin: bytes, fill: int = 0) -> Callable[[World], Letter]:
    """Bytes that are no event, no two alike, signed all the same."""

    def make(world: World) -> Letter:
        body = begin + new_id().encode() + b"x" * fill
        return f"{INTAKE}.consultation.recorded.v1.{HOUSE}", body, _signature(world, INTAKE, body)

    return make


def _signature(world: World, mailbox: str, body: bytes) -> str:
    return sign(body, Keys.load(world.place.folder / "keys" / f"{mailbox}.json").signing)


# name -> how it is made, and how its refusal begins
REFUSALS: dict[str, tuple[Callable[[World], Letter], str]] = {
    "a broken envelope": (_raw(b'{"specversion":"1.0","id":"'), "envelope"),
    "a body of ten megabytes": (_raw(b"", TEN_MEGABYTES), "too_large"),
    "a forged sender": (_consultation(keys=INTERPRETING), "bad_signature"),
    "another's event under one's own name": (_consultation(keys=INTERPRETING, service="interpreting"), "not_between"),
    "personal data in the clear": (
        _consultation(name="referral.offered.v1", recipient=CASEWORK, dataschema="urn:kim:schema:referral.offered.v1"), "not_sealed",
    ),
}  # fmt: skip
# name -> how it is made, and how its row in the inbox must end: a state, or why it waits
STRANGERS: dict[str, tuple[Callable[[World], Letter], str]] = {
    "an unknown type": (_consultation(name="weather.observed.v1", dataschema="urn:kim:schema:weather.observed.v1"), "unknown_type"),
    "an unknown major": (_consultation(name="consultation.recorded.v9"), "unknown_type"),
    "data against its schema": (_consultation(data={"site": "x", "persons_present": "two"}), tables.PARKED),
}


def refused(world: World, _dice: random.Random, name: str) -> Iterator[float]:
    make, begins = REFUSALS[name]
    letter = make(world)
    yield from insist(lambda: world.put(letter))
    world.refusals[sha256(letter[1])] = begins
    world.counts[name] += 1


def stranger(world: World, _dice: random.Random, name: str) -> Iterator[float]:
    make, ends = STRANGERS[name]
    letter = make(world)
    yield from insist(lambda: world.put(letter))
    world.strangers[json.loads(letter[1])["id"]] = ends
    world.counts[name] += 1


for _name in REFUSALS:
    fault(_name, BROKER)(partial(refused, name=_name))
for _name in STRANGERS:
    fault(_name, BROKER)(partial(stranger, name=_name))
