"""What an event type is, and the words its declaration uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, Schema


class Kind(StrEnum):
    STATE = "state"  # carries the whole state of its subject; the highest subjectversion wins
    FACT = "fact"  # applies once by id, in any order


class Audience(StrEnum):
    MAILBOX = "mailbox"  # comes back to the mailbox that says it
    ORGANISATION = "organisation"  # stays in the house
    ADDRESSED = "addressed"  # goes to one organisation, or to one mailbox of it
    NETWORK = "network"  # goes to every organisation that agreed to read it: aggregates only


class Sensitivity(StrEnum):
    NONE = "none"
    PSEUDONYMOUS = "pseudonymous"
    PERSONAL = "personal"  # `data` is a JWE to the receiving service's key


class EventData(Schema):
    """The schema of an event's `data`. Readers ignore what they do not know, so an optional field may be added within a major."""

    class Meta:
        unknown = EXCLUDE


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type, declared once.

    `thing` and `fact` make the name (`case.changed`), `senders` and `receivers` are service names, `example` is a valid `data`.
    The full type of an event names its sending service too: `de.kim.casework.case.changed.v1`.
    """

    thing: str
    fact: str
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    kind: Kind
    audience: Audience
    sensitivity: Sensitivity
    schema: type[EventData]
    example: Mapping[str, Any]
    since: str
    major: int = 1

    @property
    def name(self) -> str:
        return f"{self.thing}.{self.fact}.v{self.major}"

    @property
    def summary(self) -> str:
        """The first sentence of the schema's docstring."""
        return " ".join((self.schema.__doc__ or "").strip().split("\n\n")[0].split())

    @property
    def dataschema(self) -> str:
        return f"urn:kim:schema:{self.name}"

    def full_name(self, service: str) -> str:
        return f"de.kim.{service}.{self.name}"


def parse_full_name(full_name: str) -> tuple[str, str]:
    """`de.kim.casework.case.changed.v1` -> (`casework`, `case.changed.v1`); raises ValueError."""
    parts = full_name.split(".")
    if len(parts) != 6 or parts[:2] != ["de", "kim"]:
        raise ValueError("not the name of an event type: de.kim.<service>.<thing>.<fact>.v<major>")
    return parts[2], ".".join(parts[3:])
