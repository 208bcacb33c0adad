"""What a lost mailbox held comes back from the outboxes of those who write to it: a bounded replay with the old ids and bytes."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from functools import partial

from kim_bus.replay import replay
from kim_bus.routing import bindings
from kim_runtime.act import service_act
from kim_runtime.clock import SystemClock

from faults.fault import insist
from faults.place import MAILBOXES
from faults.world import World


def resend(world: World, mailbox: str, since: datetime) -> Generator[float, None, int]:
    """Let what was published since then and `mailbox` reads leave its senders once more. Returns how much, as a generator does."""
    keys = [binding.routing_key for binding in bindings(world.directory) if binding.mailbox == mailbox]
    count = 0
    for sender in MAILBOXES:
        if any(key.startswith(f"{sender}.") for key in keys):
            count += yield from insist(partial(_replay, world, sender, mailbox, since))
    return count


def _replay(world: World, sender: str, mailbox: str, since: datetime) -> int:
    organisation, _, service = sender.partition(".")
    now = SystemClock().now()
    with world.databases[sender].write() as session:
        return replay(session, service_act(organisation, service, now), since=since, until=now, recipient=mailbox)
