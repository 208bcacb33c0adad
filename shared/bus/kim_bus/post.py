"""The post of a house: its own mailbox, the directory of all, and its private keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_events.event_type import EventType

from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.routing import readers


@dataclass(frozen=True)
class Post:
    mailbox: str
    directory: Directory
    keys: Keys = field(repr=False)
    _readers: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def organisation(self) -> str:
        return self.mailbox.partition(".")[0]

    @property
    def service(self) -> str:
        return self.mailbox.partition(".")[2]

    def readers(self, kind: EventType) -> tuple[str, ...]:
        """The mailboxes that may be sent this event from here; looked up once, since a directory never changes while it is used."""
        if kind.name not in self._readers:
            self._readers[kind.name] = readers(self.directory, self.mailbox, kind)
        return self._readers[kind.name]
