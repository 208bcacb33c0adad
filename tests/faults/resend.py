"""What a lost mailbox held comes back from the outboxes of those who write to it: a bounded replay with the old ids and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kim_bus.replay import replay
from kim_bus.routing import bindings
from kim_runtime.act import service_act
from kim_runtime.clock import SystemClock
from sqlalchemy.exc import DBAPIError

from faults.place import MAILBOXES
from faults.world import World

AGAIN_AFTER = 1.0  # seconds, when a sender's database does not answer


def resend(world: World, mailbox: str, since: datetime) -> Iterator[float]:
    """Let what was published since then and `mailbox` reads leave its senders once more. Returns how much, as a generator does."""
    keys = [binding.routing_key for binding in bindings(world.directory) if binding.mailbox == mailbox]
    count = 0
    for sender in MAILBOXES:
        organisation, _, service = sender.partition(".")
        sent = not any(key.startswith(f"{sender}.") for key in keys)
        while not sent:
            now = SystemClock().now()
            try:
                with world.databases[sender].write() as session:
                    count += replay(session, service_act(organisation, service, now), since=since, until=now, recipient=mailbox)
                sent = True
            except DBAPIError:
                yield AGAIN_AFTER
    return count
