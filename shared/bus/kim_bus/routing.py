"""Who reads what: from the directory and the event types to the readers of an event and the bindings of every mailbox.

A binding is an agreement put into a routing key, with no wildcard: what is not listed here does not arrive.
"""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import EVERYBODY
from kim_events.event_type import Audience, EventType, Sensitivity

from kim_bus.directory import Directory


@dataclass(frozen=True, slots=True, order=True)
class Binding:
    mailbox: str
    routing_key: str


def readers(directory: Directory, sender: str, kind: EventType) -> tuple[str, ...]:
    """The mailboxes that may be sent this event by mailbox `sender`.

    A mailbox's own come back to it. The house's own events stay in the house. Addressed ones reach the receivers of the house and of
    organisations that agreed. Network ones go to the same service of other organisations that agreed.
    """
    organisation, _, service = sender.partition(".")
    if service not in kind.senders:
        return ()
    found = []
    for mailbox in directory.mailboxes():
        reader, _, reading_service = mailbox.partition(".")
        if reading_service not in kind.receivers:
            continue
        if kind.audience is Audience.MAILBOX and mailbox != sender:
            continue
        if kind.audience is Audience.ORGANISATION and reader != organisation:
            continue
        if kind.audience is Audience.NETWORK and (reader == organisation or reading_service != service):
            continue
        if directory.agreed(organisation, reader, kind.name):
            found.append(mailbox)
    return tuple(found)


def bindings(directory: Directory) -> tuple[Binding, ...]:
    """Every binding of every mailbox, sorted."""
    return tuple(
        sorted(
            Binding(reader, f"{sender}.{kind.name}.{recipient}")
            for sender in directory.mailboxes()
            for kind in CATALOGUE.values()
            for reader in readers(directory, sender, kind)
            for recipient in _recipients(kind, reader)
        )
    )


def _recipients(kind: EventType, reader: str) -> tuple[str, ...]:
    """How an event may name this reader. Personal events name the mailbox, since they are sealed to its key; so do those to oneself."""
    organisation = reader.partition(".")[0]
    if kind.audience is Audience.NETWORK:
        return (EVERYBODY,)
    if kind.sensitivity is Sensitivity.PERSONAL or kind.audience is Audience.MAILBOX:
        return (reader,)
    if kind.audience is Audience.ORGANISATION:
        return (organisation,)
    return (organisation, reader)
