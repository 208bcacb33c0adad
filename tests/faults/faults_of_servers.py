"""Faults of the broker and of the database: restarted, killed, full, refusing, a mailbox gone."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from urllib.error import HTTPError
from urllib.parse import quote

import psycopg
from kim_runtime.clock import SystemClock
from psycopg import sql
from sqlalchemy.engine import make_url

from faults.fault import BROKER, DATABASE, fault, insist
from faults.place import CASEWORK, MAILBOXES
from faults.resend import resend
from faults.world import World

# In one call, since each start of rabbitmqctl costs seconds: ring, and after some milliseconds be quiet again.
ALARMS = {
    "memory": "M = vm_memory_monitor, M:set_vm_memory_high_watermark(0.000001), timer:sleep({}), M:set_vm_memory_high_watermark(0.6).",
    "disk": 'rabbit_disk_monitor:set_disk_free_limit("1000TB"), timer:sleep({}), rabbit_disk_monitor:set_disk_free_limit("50MB").',
}
# What was confirmed while the mailbox was gone is marked with the relay's next window: a replay before that does not see it. The
# likely reason why one event was missing once, on a machine with eight times the load it has cores for.
MARKED = 5.0
REPLAYED = timedelta(minutes=5)  # before a mailbox was lost: longer than anything waited in it

# RabbitMQ takes its time to write down that it has a new quorum queue: killed before, it comes back with a queue that lost what it had
# confirmed, and that has no leader (tried on 3.10). No client can heal that, so nobody kills it meanwhile.
WRITTEN_DOWN = 4.0  # seconds


def down(world: World, dice: random.Random, number: int, word: str) -> Iterator[float]:
    world.node.signal(number)
    while world.node.runs():
        yield 0.2
    yield dice.uniform(0, 2)
    world.node.start()
    world.counts[f"broker {word}"] += 1
    while not world.broker_answers():
        yield 0.5


def alarm(world: World, dice: random.Random, resource: str) -> Iterator[float]:
    """The broker takes nothing more from publishers until it is over."""
    running = world.node.ctl("eval", ALARMS[resource].format(dice.randint(2000, 5000)))
    while (code := running.poll()) is None:
        yield 0.2
    if code != 0:
        raise RuntimeError(f"the {resource} alarm did not ring: rabbitmqctl ended with {code}")
    world.counts[f"{resource} alarms"] += 1


for _number, _word in ((signal.SIGTERM, "restarted"), (signal.SIGKILL, "killed")):
    fault(f"the broker {_word}", BROKER)(partial(down, number=_number, word=_word))
for _resource in ALARMS:
    fault(f"a {_resource} alarm", BROKER)(partial(alarm, resource=_resource))


@fault("connections closed by the broker", BROKER)
def connections_closed(world: World, dice: random.Random) -> Iterator[float]:
    for connection in (yield from insist(lambda: world.operator.call("GET", "connections"))):
        if connection.get("user") in MAILBOXES and dice.random() < 0.7:
            with suppress(HTTPError):  # gone by itself
                world.operator.call("DELETE", f"connections/{quote(connection['name'])}")
                world.counts["connections closed"] += 1


def queue_deleted(world: World, dice: random.Random, seconds: tuple[float, float]) -> Iterator[float]:
    """With all it held. Its consumers are cancelled; what is sent to it meanwhile comes back or goes nowhere."""
    mailbox = dice.choice(MAILBOXES)
    lost_at = SystemClock().now()
    world.lost.add(mailbox)
    yield from insist(lambda: world.operator.call("DELETE", f"queues/{world.operator.vhost}/{mailbox}"))
    world.counts["mailboxes deleted"] += 1
    yield dice.uniform(*seconds)
    yield from insist(world.import_definitions)
    yield MARKED
    world.counts["sent again for a lost mailbox"] += yield from resend(world, mailbox, lost_at - REPLAYED)
    if mailbox == CASEWORK:
        yield from insist(world.put_again)
    yield WRITTEN_DOWN


fault("consumers cancelled by the broker", BROKER)(partial(queue_deleted, seconds=(0, 0)))
fault("a mailbox deleted", BROKER)(partial(queue_deleted, seconds=(2, 6)))


@fault("the database restarted", DATABASE)
def database_restarted(world: World, dice: random.Random) -> Iterator[float]:
    """Immediately: sessions, transactions and all that was not written end as they are."""
    world.cluster.stop(signal.SIGQUIT)
    yield dice.uniform(0, 2)
    world.cluster.start()
    world.counts["database restarted"] += 1
    while not world.cluster.answers():
        yield 0.2


@fault("the database refuses connections", DATABASE)
def database_refuses(world: World, dice: random.Random) -> Iterator[float]:
    mailbox = dice.choice(MAILBOXES)
    name = str(make_url(world.place.databases[mailbox]).database)
    _let_in(world, name, allowed=False)
    world.counts["database refused connections"] += 1
    yield dice.uniform(2, 5)
    _let_in(world, name, allowed=True)


def mend(world: World) -> None:
    """Whatever is down is started; whatever refuses, takes again."""
    if not world.node.runs():
        world.node.start()
    world.node.wait()
    if not world.cluster.runs():
        world.cluster.start()
    world.cluster.wait()


def _let_in(world: World, name: str, *, allowed: bool) -> None:
    url = make_url(world.cluster.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(sql.Identifier(name), sql.SQL("true" if allowed else "false"))
        )
        if not allowed:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
