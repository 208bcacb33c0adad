"""What is checked of a delivery before it is taken into the inbox. Plain Python, no database.

In this order: size, sender, signature over the exact bytes, envelope, agreement of envelope and routing key, whether this mailbox may
be told this by that sender, and, where the type is known and the data lies open, its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import EVERYBODY, LARGEST_BODY, BrokenEnvelope, Envelope, decode
from kim_events.event_type import Audience, EventType, Kind, Sensitivity
from kim_runtime.ids import new_id
from marshmallow import ValidationError

from kim_bus.outbox import field_names, schema_of
from kim_bus.post import Post
from kim_bus.sealing import SIGNATURE_HEADER, BadSignature, verify
from kim_bus.transports.interface import Delivery


@dataclass(frozen=True, slots=True)
class Accepted:
    """For the inbox. `broken` says why it cannot take effect, if that is plain already; `is_state` whether higher versions overrule it;
    `data` is its content as the schema loads it, where that lies open. At the border of the house a new act begins, so `correlation_id`
    is the sender's only inside it: one id across authorities would be a pseudonym of the family.
    """

    envelope: Envelope
    delivery: Delivery
    is_state: bool
    correlation_id: str
    broken: str | None = None
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not to be trusted. `keep_body` is false where the bytes may be about a person."""

    delivery: Delivery
    reason: str
    keep_body: bool = True


class _Reject(Exception):
    def __init__(self, reason: str, *, keep_body: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.keep_body = keep_body


def inspect(post: Post, delivery: Delivery) -> Accepted | Rejected:
    try:
        _check_signature(post, delivery)
        envelope = _envelope(delivery)
        _check_recipient(post, envelope)
        kind = CATALOGUE.get(envelope.name)
        if kind is not None:
            _check_type(post, envelope, kind)
    except _Reject as reject:
        return Rejected(delivery, reject.reason, reject.keep_body)
    is_state = kind is not None and kind.kind is Kind.STATE
    correlation_id = envelope.correlationid if envelope.organisation == post.organisation else new_id()
    if kind is None or isinstance(envelope.data, str):
        return Accepted(envelope, delivery, is_state, correlation_id)
    try:
        return Accepted(envelope, delivery, is_state, correlation_id, data=schema_of(envelope.name).load(envelope.data))
    except ValidationError as error:
        return Accepted(envelope, delivery, is_state, correlation_id, broken=f"data: {field_names(error)}"[:200])


def _check_signature(post: Post, delivery: Delivery) -> None:
    if len(delivery.body) > LARGEST_BODY:
        raise _Reject("too_large")
    # The broker lets a sender write under its own name only, so the routing key says whose signature this must be.
    sender = ".".join(delivery.routing_key.split(".")[:2])
    keys = post.directory.public_keys.get(sender)
    if keys is None:
        raise _Reject("unknown_sender")
    signature = delivery.headers.get(SIGNATURE_HEADER, "")
    for key in (keys.signing, *keys.also):
        with suppress(BadSignature):
            verify(delivery.body, signature, key)
            return
    raise _Reject("bad_signature")


def _envelope(delivery: Delivery) -> Envelope:
    try:
        envelope = decode(delivery.body)
    except BrokenEnvelope as fault:
        raise _Reject(f"envelope: {fault}") from None
    if envelope.routing_key != delivery.routing_key:
        raise _Reject("routing_key_differs")
    return envelope


def _check_recipient(post: Post, envelope: Envelope) -> None:
    if envelope.recipient not in (EVERYBODY, post.organisation, post.mailbox):
        raise _Reject("not_for_this_mailbox")


def _check_type(post: Post, envelope: Envelope, kind: EventType) -> None:
    if envelope.service not in kind.senders or post.service not in kind.receivers:
        raise _Reject("not_between_these_services")
    if (envelope.recipient == EVERYBODY) != (kind.audience is Audience.NETWORK):
        raise _Reject("wrong_audience")
    if kind.audience is Audience.MAILBOX and f"{envelope.organisation}.{envelope.service}" != post.mailbox:
        raise _Reject("stays_in_its_mailbox")
    if kind.audience is Audience.ORGANISATION and envelope.organisation != post.organisation:
        raise _Reject("stays_in_its_house")
    if kind.sensitivity is Sensitivity.PERSONAL and not envelope.sealed:
        raise _Reject("not_sealed", keep_body=False)
    if not post.directory.agreed(envelope.organisation, post.organisation, kind.name):
        raise _Reject("no_agreement", keep_body=False)
