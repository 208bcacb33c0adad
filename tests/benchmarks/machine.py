"""The servers of a run, and a room for each measurement: two empty databases and an empty vhost."""

from __future__ import annotations

import os
import platform
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from kim_bus.directory import Directory
from servers import postgres, rabbitmq
from servers.ladder import Missing
from servers.operator import Operator, topology_on

from benchmarks.common import Configuration
from benchmarks.limit import libpq


@dataclass(frozen=True)
class Room:
    """`sender` and `receiver` are connections of the one who measures; `told` is what the children are told."""

    folder: Path
    told: Configuration
    sender: psycopg.Connection[Any]
    receiver: psycopg.Connection[Any]
    operator: Operator

    def declare(self, queue: str) -> None:
        self.operator.call("PUT", f"queues/{self.operator.vhost}/{queue}", {"durable": True, "arguments": {"x-queue-type": "quorum"}})


class Machine:
    """PostgreSQL and RabbitMQ, started for this run, with all set-up that outlives one measurement in `folder`."""

    def __init__(self, folder: Path, postgres_url: str, broker: rabbitmq.Broker) -> None:
        self.folder = folder
        self.postgres_url = postgres_url
        self._broker = broker

    @contextmanager
    def room(self, options: Mapping[str, Any], directory: Directory | None = None) -> Iterator[Room]:
        """With a directory: its topology, as an operator sets it up. Without: nothing."""
        assert self._broker.management_url is not None
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.folder)))
            urls = [stack.enter_context(postgres.fresh_database(self.postgres_url)) for _ in range(2)]
            sender, receiver = (stack.enter_context(psycopg.connect(libpq(url), autocommit=True)) for url in urls)
            if directory is not None:
                operator = stack.enter_context(topology_on(self._broker.url, self._broker.management_url, directory))
                amqp = operator.url_of("MAILBOX")
            else:
                operator = stack.enter_context(self._empty_vhost())
                amqp = self._broker.url.rstrip("/") + "/" + operator.vhost
            told = Configuration(urls[0], urls[1], amqp, str(self.folder), options)
            yield Room(folder, told, sender, receiver, operator)

    @contextmanager
    def _empty_vhost(self) -> Iterator[Operator]:
        assert self._broker.management_url is not None
        operator = Operator(self._broker.management_url, self._broker.url, f"bench-{secrets.token_hex(4)}")
        operator.call("PUT", f"vhosts/{operator.vhost}", {})
        user = urlsplit(self._broker.url).username
        operator.call("PUT", f"permissions/{operator.vhost}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
        try:
            yield operator
        finally:
            operator.call("DELETE", f"vhosts/{operator.vhost}")

    def versions(self) -> dict[str, str]:
        """Of what was measured, for the record."""
        with psycopg.connect(libpq(self.postgres_url)) as connection:
            server = connection.info.server_version
        assert self._broker.management_url is not None
        overview = Operator(self._broker.management_url, self._broker.url, "/").call("GET", "overview")
        return {
            "Python": platform.python_version(),
            "PostgreSQL": f"{server // 10000}.{server % 10000}",
            "RabbitMQ": overview["rabbitmq_version"],
            "Erlang/OTP": overview["erlang_version"],
            **{name: version(name) for name in ("pika", "psycopg", "SQLAlchemy", "marshmallow", "PyNaCl", "joserfc")},
        }


@contextmanager
def running() -> Iterator[Machine]:
    """Installs what is missing, where it can. Raises servers.ladder.Missing with what to install."""
    for server in (postgres, rabbitmq):
        server.find(install=True, say=lambda line: print(f"kim bench: {line}", flush=True))
    with (
        tempfile.TemporaryDirectory(prefix="kim-bench-", ignore_cleanup_errors=True) as folder,
        postgres.running() as postgres_url,
        rabbitmq.running() as broker,
    ):
        if not _keeps_commit_times(postgres_url):
            raise Missing("PostgreSQL: the given server must run with track_commit_timestamp = on, since that is the clock")
        if broker.management_url is None:
            raise Missing("RabbitMQ: the given broker has no management URL; set KIM_TEST_AMQP_MANAGEMENT_URL")
        yield Machine(Path(folder), postgres_url, broker)


def _keeps_commit_times(url: str) -> bool:
    with psycopg.connect(libpq(url)) as connection:
        return connection.execute("show track_commit_timestamp").fetchone() == ("on",)


def hardware() -> dict[str, object]:
    """Of the machine, without its name."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor,
        "memory GiB": round(memory),
        "Linux": platform.release().partition("-")[0],
    }


def pinned(requirements: Path, names: Iterable[str]) -> dict[str, str]:
    """The versions of these packages in a file of pins."""
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    return {name: pins[name] for name in names}
