"""A world to attack: databases, a broker's vhost, and processes, with the means to hurt each of them and to see how it stands."""

from __future__ import annotations

import logging
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import pika
from kim_bus import set_up, tables
from kim_bus.courier import LOOPS
from kim_bus.directory import Directory
from kim_bus.routing import bindings
from kim_bus.sealing import SIGNATURE_HEADER
from kim_bus.topology import EXCHANGE, OPERATOR, definitions, salted_hash
from kim_runtime.database import Database
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError
from servers.ladder import steady_port
from servers.operator import PASSWORD, Operator
from servers.postgres import Cluster, fresh_database
from servers.rabbitmq import Node
from sqlalchemy import func, select

from faults import place as where
from faults.place import CASEWORK, INTAKE, MAILBOXES, TRIGGER, Place
from faults.processes import Child, Processes

TOPOLOGY = Path(__file__).parents[2] / "deploy/rabbitmq/topology.toml"
WEBS = {INTAKE: 2, CASEWORK: 1, where.INTERPRETING: 1, where.CARITAS: 1}
# The busiest mailbox runs in parts, with two consumers and two workers; the others each in one courier.
SPLIT = {
    "relay": ("relay", "chores", "probe"),
    "consumer": ("consumer",),
    "consumer2": ("consumer",),
    "worker": ("worker",),
    "worker2": ("worker",),
}
DELIVERY_LIMIT = 10  # half of the product's: each of these deliveries ends a process, which must start again

Letter = tuple[str, bytes, str]  # routing key, body, signature


@dataclass
class World:
    node: Node
    cluster: Cluster
    operator: Operator
    place: Place
    processes: Processes
    databases: dict[str, Database]
    directory: Directory
    rate: float  # things done at all desks together, a second
    seed: int
    sabotage: str = ""
    counts: Counter[str] = field(default_factory=Counter)  # what the faults did, in words -> how often
    refusals: dict[str, str] = field(default_factory=dict)  # SHA-256 of what was put into mailboxes -> how its refusal begins
    lost: set[str] = field(default_factory=set)  # mailboxes that were deleted with what they held
    letters: list[Letter] = field(default_factory=list)
    strangers: dict[str, str] = field(default_factory=dict)  # ids of events put into mailboxes -> state they must end in

    @cached_property
    def routing_keys(self) -> frozenset[str]:
        """Of all that some mailbox is bound to."""
        return frozenset(binding.routing_key for binding in bindings(self.directory))

    def start(self) -> None:
        for mailbox in MAILBOXES:
            if mailbox == CASEWORK:
                for part, only in SPLIT.items():
                    self.start_courier(f"{mailbox}-{part}", mailbox, only)
            else:
                self.start_courier(f"{mailbox}-courier", mailbox)
        names = [(mailbox, f"{mailbox}-web{number}") for mailbox, webs in WEBS.items() for number in range(webs)]
        for number, (mailbox, name) in enumerate(names):
            rate, seed = self.rate / len(names), self.seed * 100 + number
            self.processes.start(name, "web", mailbox, ("web",), rate=rate, seed=seed)

    def start_courier(self, name: str, mailbox: str, only: tuple[str, ...] = LOOPS, *, keep: bool = True) -> Child:
        address = f"127.0.0.1:{steady_port()}"
        return self.processes.start(name, "courier", mailbox, only, keep=keep, address=address, only=only, sabotage=self.sabotage)

    def import_definitions(self) -> None:
        """As an operator does after a loss: what is there stays, what is missing comes back."""
        wanted = definitions(self.directory, lambda _: salted_hash(PASSWORD), self.operator.vhost)
        for policy in wanted["policies"]:
            policy["definition"]["delivery-limit"] = DELIVERY_LIMIT
        self.operator.import_definitions(wanted)

    def put(self, letter: Letter) -> None:
        """Into casework's mailbox, by a binding that is there for this one delivery where there is none."""
        self._put(letter)
        self.letters.append(letter)

    def put_again(self) -> None:
        """Into a mailbox that was lost. Of this mail no outbox knows."""
        for letter in self.letters:
            self._put(letter)

    def _put(self, letter: Letter) -> None:
        routing_key, body, signature = letter
        with self.channel() as channel:
            bound = routing_key in self.routing_keys
            if not bound:
                channel.queue_bind(CASEWORK, EXCHANGE, routing_key)
            properties = BasicProperties(delivery_mode=2, headers={SIGNATURE_HEADER: signature})
            channel.basic_publish(EXCHANGE, routing_key, body, properties, mandatory=True)
            if not bound:
                channel.queue_unbind(CASEWORK, EXCHANGE, routing_key)

    def broker_answers(self) -> bool:
        """Its mailboxes and its operator's interface, which come up later than its port."""
        try:
            self.ready_mail()
            self.operator.call("GET", "overview")
        except (AMQPError, OSError):
            return False
        return True

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """The operator's own, with confirms."""
        connection = pika.BlockingConnection(pika.URLParameters(self.operator.url_of(OPERATOR)))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            yield channel
        finally:
            if connection.is_open:
                connection.close()

    def ready_mail(self, suffix: str = "") -> dict[str, int]:
        """How much waits at the broker, ready to be fetched, by mailbox."""
        with self.channel() as channel:
            return {box: channel.queue_declare(f"{box}{suffix}", passive=True).method.message_count for box in MAILBOXES}

    def backlog(self) -> dict[str, int]:
        """What is not published, not done and not waiting for an upgrade or a person."""
        waiting = Counter[str]()
        for database in self.databases.values():
            with database.read() as session:
                unpublished = (tables.outbox.c.published_at.is_(None), tables.outbox.c.stuck_at.is_(None))
                waiting["outbox"] += session.scalar(select(func.count()).select_from(tables.outbox).where(*unpublished)) or 0
                reason = func.coalesce(tables.inbox.c.reason, "")
                undone = (tables.inbox.c.state == tables.NEW, reason.not_in(("unknown_type", "no_reaction")))
                waiting["inbox"] += session.scalar(select(func.count()).select_from(tables.inbox).where(*undone)) or 0
        return dict(waiting)

    def silent(self) -> list[str]:
        """Couriers whose door does not say that all is well."""
        found = []
        for one in self.processes.children.values():
            if one.role == "courier":
                try:
                    with urlopen(f"http://{one.arguments['address']}/healthz", timeout=10):
                        continue
                except (URLError, OSError) as error:
                    found.append(f"{one.name}: {_answer_of(error)}")
        return found


def _answer_of(error: OSError) -> str:
    read = getattr(error, "read", None)
    return read().decode() if read else type(error).__name__


logging.getLogger("pika").setLevel(logging.CRITICAL)  # connections that fail are what an attack is about


@contextmanager
def world(node: Node, cluster: Cluster, seed: int, rate: float, sabotage: str = "") -> Iterator[World]:
    """Databases with the bus's tables and the workload's, a vhost with the scenario's topology, and nothing running yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="kim-faults-", ignore_cleanup_errors=True)))
        directory = set_up.set_up(TOPOLOGY, folder)
        operator = Operator(node.management_url, node.url, f"kim-{secrets.token_hex(4)}")
        urls = {mailbox: stack.enter_context(fresh_database(cluster.url)) for mailbox in MAILBOXES}
        place = Place(folder, urls, {mailbox: operator.url_of(mailbox) for mailbox in MAILBOXES})
        databases = {mailbox: place.database(mailbox) for mailbox in MAILBOXES}
        for database in databases.values():
            stack.callback(database.close)
            tables.metadata.create_all(database.engine)
            where.metadata.create_all(database.engine)
            with database.engine.begin() as connection:
                connection.execute(TRIGGER)
        processes = Processes(place, random.Random(seed))
        stack.callback(processes.close)
        made = World(node, cluster, operator, place, processes, databases, directory, rate, seed, sabotage)
        made.import_definitions()
        yield made
