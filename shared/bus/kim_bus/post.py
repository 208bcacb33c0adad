"""The post of a house: its own mailbox, the directory of all, and its private keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from kim_bus.directory import Directory
from kim_bus.keys import Keys


@dataclass(frozen=True, slots=True)
class Post:
    mailbox: str
    directory: Directory
    keys: Keys = field(repr=False)

    @property
    def organisation(self) -> str:
        return self.mailbox.partition(".")[0]

    @property
    def service(self) -> str:
        return self.mailbox.partition(".")[2]
