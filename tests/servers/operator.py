"""RabbitMQ's HTTP interface with the operator's rights, and a vhost with the scenario's topology."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from kim_bus.directory import Directory
from kim_bus.topology import definitions, salted_hash

PASSWORD = "of-the-tests"

# Seen once, on a machine under load: 400 to three imports at the same moment into a node that had just come up.
ONE_IMPORT = Lock()
IMPORT_TAKES = 30  # s


@dataclass(frozen=True)
class Operator:
    """`url` is the HTTP interface, `amqp` the broker, both with the operator's name and password."""

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
        try:
            with urlopen(request, timeout=30) as answer:
                text = answer.read()
        except HTTPError as refused:
            refused.add_note(f"{method} {path}: {refused.read().decode(errors='replace')[:2000]}")
            raise
        return json.loads(text) if text else None

    def import_definitions(self, wanted: Any) -> None:
        """What is there stays, what is missing comes: it may be asked again, and is, while a node that came up just now refuses."""
        until = time.monotonic() + IMPORT_TAKES
        with ONE_IMPORT:
            while True:
                try:
                    self.call("POST", "definitions", wanted)
                    return
                except HTTPError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(1)

    def url_of(self, mailbox: str, password: str = PASSWORD) -> str:
        """The address at which the service of a mailbox reaches the broker."""
        parts = urlsplit(self.amqp)
        return f"amqp://{mailbox}:{password}@{parts.hostname}:{parts.port}/{self.vhost}"


@contextmanager
def topology_on(amqp_url: str, management_url: str, directory: Directory) -> Iterator[Operator]:
    """A vhost of its own with the directory's topology, users and permissions."""
    operator = Operator(management_url, amqp_url, f"kim-{secrets.token_hex(4)}")
    operator.import_definitions(definitions(directory, lambda user: salted_hash(PASSWORD), operator.vhost))
    try:
        yield operator
    finally:
        operator.call("DELETE", f"vhosts/{operator.vhost}")
