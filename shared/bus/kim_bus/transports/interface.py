"""What a transport promises, whichever it is.

Mail may arrive twice and in any order; it is never lost once CONFIRMED. A link belongs to one thread. Any fault of the link raises
LinkLost: throw the link away and open another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class LinkLost(Exception):
    """The link to the transport is gone; what was not confirmed may or may not have arrived."""


class AccessDenied(LinkLost):
    """The transport does not let this mailbox do that: write under another's name, or read another's mail."""


class Outcome(Enum):
    CONFIRMED = "confirmed"  # stored in every mailbox that is bound to it
    RETURNED = "returned"  # mandatory, and no mailbox is bound to it
    REFUSED = "refused"  # the transport could not take it now


@dataclass(frozen=True, slots=True)
class Mail:
    """One event on its way out. `mandatory`: it must reach at least one mailbox, or come back."""

    event_id: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str]
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that has arrived and waits to be acknowledged. Tags count up within one link.

    `redelivered`: it was fetched before and not acknowledged, so it may have ended its reader.
    """

    tag: int
    routing_key: str
    body: bytes
    headers: Mapping[str, str]
    redelivered: bool = False


class Link(Protocol):
    def wait(self, seconds: float) -> None:
        """Rest, keeping the link alive."""
        ...

    def close(self) -> None: ...


class Outgoing(Link, Protocol):
    def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
        """Send a batch and wait until each piece is answered; one outcome each, in the order of the batch."""
        ...


class Incoming(Link, Protocol):
    def fetch(self, limit: int, seconds: float) -> list[Delivery]:
        """Up to `limit` deliveries not yet fetched on this link; waits up to `seconds` for the first.

        What was fetched before and never acknowledged comes alone, before what nobody had yet: it may have ended its reader.
        """
        ...

    def ack(self, tag: int) -> None:
        """Acknowledge every delivery up to and including `tag`: it will not come again."""
        ...


class Transport(Protocol):
    """The transport as one mailbox sees it."""

    def outgoing(self) -> Outgoing: ...
    def incoming(self) -> Incoming: ...
    def check(self) -> None:
        """Raises LinkLost unless the transport is there and this mailbox exists."""
        ...

    def dead(self) -> int:
        """How many deliveries to this mailbox were put aside because they ended their reader again and again. Raises LinkLost."""
        ...
