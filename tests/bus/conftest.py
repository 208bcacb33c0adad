"""Networks to carry mail: the embedded transport, and a private RabbitMQ broker set up by the operator's definitions."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from kim_bus.directory import Directory
from kim_bus.topology import definitions, salted_hash
from kim_bus.transports import open_transport
from kim_bus.transports.interface import Mail, Transport
from kim_runtime.ids import new_id

PASSWORD = "of-the-tests"


@dataclass(frozen=True)
class Network:
    """`transport(mailbox)` as that mailbox; `dead(mailbox)`: how many deliveries were put aside for it."""

    transport: Callable[[str], Transport]
    dead: Callable[[str], int]


@dataclass(frozen=True)
class Operator:
    """RabbitMQ's HTTP interface, with the operator's rights."""

    url: str
    amqp: str
    vhost: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        parts = urlsplit(self.url)
        login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        request = Request(
            f"{parts.scheme}://{parts.hostname}:{parts.port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def url_of(self, mailbox: str, password: str = PASSWORD) -> str:
        parts = urlsplit(self.amqp)
        return f"amqp://{mailbox}:{password}@{parts.hostname}:{parts.port}/{self.vhost}"


@pytest.fixture(scope="session")
def rabbit(amqp_url: str, amqp_management_url: str, directory: Directory) -> Iterator[Operator]:
    """A vhost of its own with the scenario's topology, users and permissions."""
    operator = Operator(amqp_management_url, amqp_url, f"kim-{secrets.token_hex(4)}")
    operator.call("POST", "definitions", definitions(directory, lambda user: salted_hash(PASSWORD), operator.vhost))
    yield operator
    operator.call("DELETE", f"vhosts/{operator.vhost}")


@pytest.fixture(params=["sqlite", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def network(request: pytest.FixtureRequest, tmp_path: Path, directory: Directory) -> Network:
    if request.param == "sqlite":
        return _embedded(tmp_path / "mail", directory)
    rabbit: Operator = request.getfixturevalue("rabbit")
    for mailbox in directory.mailboxes():
        for queue in (mailbox, f"{mailbox}.dead"):
            rabbit.call("DELETE", f"queues/{rabbit.vhost}/{queue}/contents")
    return Network(lambda mailbox: open_transport(rabbit.url_of(mailbox), mailbox, directory), lambda mailbox: _dead_at(rabbit, mailbox))


def _embedded(folder: Path, directory: Directory) -> Network:
    def dead(mailbox: str) -> int:
        file = sqlite3.connect(folder / f"{mailbox}.sqlite3")
        count = file.execute("select count(*) from dead").fetchone()[0]
        file.close()
        return int(count)

    return Network(lambda mailbox: open_transport(f"sqlite:///{folder}", mailbox, directory), dead)


def _dead_at(rabbit: Operator, mailbox: str) -> int:
    got = rabbit.call(
        "POST",
        f"queues/{rabbit.vhost}/{mailbox}.dead/get",
        {"count": 10, "ackmode": "ack_requeue_true", "encoding": "base64"},
    )
    return len(got)


@pytest.fixture
def mail() -> Callable[..., Mail]:
    """`mail("caritas-eifel.casework.referral.answered.v1.staedteregion-aachen")`, addressed unless told otherwise."""

    def make(routing_key: str, body: bytes = b"{}", *, mandatory: bool = True) -> Mail:
        return Mail(new_id(), routing_key, body, {"kim-signature": "a..b"}, mandatory)

    return make
