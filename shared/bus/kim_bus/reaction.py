"""What a service does when another has spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kim_runtime.act import Act
from sqlalchemy.orm import Session


class NotYet(Exception):
    """The event cannot take effect yet; it stays in the inbox and is tried again later.

    For technical waiting only. What waits for people or for another event waits in a row of the service, where its users see it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Received:
    """An event as a reaction sees it: checked, unsealed, loaded by its schema.

    `organisation` and `service` are the sender's. `time` is when it happened, in the sender's business time, UTC. `data` holds Python
    values. `correlation_id` is the sender's inside the house; across its border a new one begins.
    """

    id: str
    name: str
    organisation: str
    service: str
    subject: str
    version: int
    time: datetime
    data: Mapping[str, Any]
    recipient: str
    correlation_id: str

    @property
    def mailbox(self) -> str:
        """The sender's mailbox: where an answer goes."""
        return f"{self.organisation}.{self.service}"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`handle` runs in the transaction that marks the event as done, once for each event and in any order.

    `handle_many`, where load asks for it, does the same for many events of this type at once, with statements for all of them. When it
    fails, nothing has happened, and they are handled one by one.
    """

    event_name: str
    handle: Callable[[Session, Act, Received], None]
    handle_many: Callable[[Session, Sequence[tuple[Act, Received]]], None] | None = None
