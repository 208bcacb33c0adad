"""The outbox: what is said is written in the transaction of the act, and only there.

An operation that takes a thing's row lock does so before it emits, so that versions of one thing reach the outbox in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import EVERYBODY, LARGEST_BODY, Envelope
from kim_events.event_type import Audience, EventData, EventType, Sensitivity
from kim_runtime.act import Act
from kim_runtime.clock import SystemClock
from kim_runtime.ids import new_id
from kim_runtime.logs import log
from kim_runtime.refusal import Refused
from marshmallow import ValidationError
from sqlalchemy import ColumnElement, delete
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from kim_bus import metrics, tables
from kim_bus.post import Post
from kim_bus.sealing import SIGNATURE_HEADER, seal, sign

# Made once: a statement built anew for each event costs more than the signature. Inline: else SQLAlchemy first asks PostgreSQL for the next
# serial, in a statement of its own.
WRITE_DOWN = tables.outbox.insert().inline()
SAID = "kim_bus.said"  # under this name a session remembers what it has said and not yet committed


class InvalidEvent(ValueError):
    """The service tried to say what its event type does not allow. A fault of the program, never of a person's input."""


def emit(
    session: Session,
    act: Act,
    name: str,
    *,
    subject: str,
    version: int,
    data: Mapping[str, Any],
    to: str | None = None,
    last_day: date | None = None,
) -> str | None:
    """Write one event into the outbox; it leaves the house after the commit. Returns its id.

    `data` holds plain Python values as the type's schema dumps them; `version` counts up per subject from 1. `to` names the receiver of
    an addressed event: an organisation, or one mailbox of it (a personal event is sealed, so it needs the mailbox). After `last_day`, a day
    of business time, it is not sent any more; `take_back_outdated` removes it.
    Returns None, and writes nothing, when nobody may read an event of the house or the network: a house without an interpreting
    service has nobody to tell of its cases.

    Raises Refused when the receiver cannot be told this, InvalidEvent when the service must not say it.
    """
    post: Post = session.info["post"]
    kind = CATALOGUE.get(name)
    if kind is None:
        raise InvalidEvent(f"{name}: no such event type")
    if post.service not in kind.senders or act.mailbox != post.mailbox:
        raise InvalidEvent(f"{name}: {post.mailbox} does not say this")
    if version < 1:
        raise InvalidEvent(f"{name}: version counts from 1")
    content = _content(kind, data)
    recipient = _recipient(kind, post, to)
    if recipient is None:
        return None
    event_id = new_id()
    stays = recipient.partition(".")[0] == post.organisation
    envelope = Envelope(
        id=event_id,
        organisation=post.organisation,
        service=post.service,
        name=name,
        subject=subject,
        subjectversion=version,
        time=act.at,
        dataschema=kind.dataschema,
        recipient=recipient,
        # What leaves the house does not say which act it came from: that would join a family's events across authorities.
        correlationid=act.correlation_id if stays else event_id,
        causationid=act.causation_id if stays else None,
        traceparent=act.traceparent if stays else None,
        data=_sealed(kind, post, recipient, content, event_id),
    )
    body = envelope.encode()
    if len(body) > LARGEST_BODY:
        raise InvalidEvent(f"{name}: larger than {LARGEST_BODY} bytes")
    now, trace_id = SystemClock().now(), act.trace_id
    session.execute(
        WRITE_DOWN,
        {
            "event_id": event_id,
            "name": name,
            "subject": subject,
            "subjectversion": version,
            "routing_key": envelope.routing_key,
            "mandatory": kind.audience is Audience.ADDRESSED,
            "body": body,
            "headers": {SIGNATURE_HEADER: sign(body, post.keys.signing)},
            "created_at": now,
            "attempts": 0,
            "next_attempt_at": now,
            "last_day": last_day,
            "trace_id": trace_id,
        },
    )
    session.info.setdefault(SAID, []).append((post.mailbox, name, event_id, trace_id))
    return event_id


@listens_for(Session, "after_commit")
def _count(session: Session) -> None:
    """Only what was committed was said."""
    said = session.info.pop(SAID, ())
    for mailbox, name, _, _ in said:
        metrics.EMITTED.labels(mailbox, name).inc()
    told = [one for one in said if CATALOGUE[one[1]].audience is not Audience.MAILBOX]  # the probe, once a minute, has its own mark
    if told:
        _, names, events, traces = zip(*told, strict=True)
        log().info("events said", count=len(told), trace_id=" ".join(traces), event_id=" ".join(events), event_type=" ".join(names))


@listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(SAID, None)


def take_back(session: Session, subject: str, name: str | None = None) -> int:
    """Remove the sealed content of a subject (only events called `name`, if given) that has not left the house. Returns how many.

    What has left already, or is being sent, is overruled by emitting a higher version; so is everything that travels open.
    """
    waiting = delete(tables.outbox).where(
        tables.outbox.c.subject == subject,
        tables.outbox.c.name.in_(sealed_types()),
        tables.outbox.c.published_at.is_(None),
        tables.outbox.c.leaving_at.is_(None),
    )
    if name is not None:
        waiting = waiting.where(tables.outbox.c.name == name)
    return session.execute(waiting).rowcount  # type: ignore[attr-defined, no-any-return]


def outdated(today: date) -> ColumnElement[bool]:
    """What has not left the house by its last day."""
    return tables.outbox.c.published_at.is_(None) & (tables.outbox.c.last_day < today)


def take_back_outdated(session: Session, today: date) -> frozenset[str]:
    """Remove what is `outdated`. Returns the subjects of what never left; what may have left before is not sent again either."""
    removed = session.execute(delete(tables.outbox).where(outdated(today)).returning(tables.outbox.c.subject, tables.outbox.c.leaving_at))
    return frozenset(row.subject for row in removed if row.leaving_at is None)


@cache
def sealed_types() -> frozenset[str]:
    """The names of the events that travel sealed: those about persons."""
    return frozenset(kind.name for kind in CATALOGUE.values() if kind.sensitivity is Sensitivity.PERSONAL)


@cache
def schema_of(name: str) -> EventData:
    """The schema of an event's data; one instance serves, since building one costs more than using it."""
    return CATALOGUE[name].schema()


def _content(kind: EventType, data: Mapping[str, Any]) -> dict[str, Any]:
    schema = schema_of(kind.name)
    unknown = sorted(set(data) - set(schema.fields))
    if unknown:
        raise InvalidEvent(f"{kind.name}: has no {', '.join(unknown)}")
    content: dict[str, Any] = schema.dump(data)
    try:
        schema.load(content)
    except ValidationError as error:
        raise InvalidEvent(f"{kind.name}: wrong {field_names(error)}") from None  # the cause would quote the values
    return content


def field_names(error: ValidationError) -> str:
    """Which fields are wrong, without what was in them."""
    messages = error.messages if isinstance(error.messages, dict) else {"data": error.messages}
    return ", ".join(sorted(str(name) for name in messages))


def _recipient(kind: EventType, post: Post, to: str | None) -> str | None:
    allowed = post.readers(kind)
    if kind.audience is Audience.ADDRESSED:
        return _addressed(kind, post, to, allowed)
    if to is not None:
        raise InvalidEvent(f"{kind.name}: goes to the {kind.audience}, not to somebody")
    if kind.audience is Audience.MAILBOX:
        return post.mailbox
    if kind.sensitivity is Sensitivity.PERSONAL:
        if not allowed:
            raise Refused("no_reader_in_house", "In diesem Haus gibt es niemanden, der das elektronisch entgegennimmt.")
        if len(allowed) > 1:
            raise InvalidEvent(f"{kind.name}: personal, so it needs a single reader in the house")
        return allowed[0]
    if not allowed:
        return None
    return EVERYBODY if kind.audience is Audience.NETWORK else post.organisation


def _addressed(kind: EventType, post: Post, to: str | None, allowed: tuple[str, ...]) -> str:
    if to is None:
        raise InvalidEvent(f"{kind.name}: addressed, so it needs a receiver")
    organisation_id, _, service = to.partition(".")
    if kind.sensitivity is Sensitivity.PERSONAL and not service:
        raise InvalidEvent(f"{kind.name}: personal, so it goes to one mailbox, not to an organisation")
    if not post.directory.knows(organisation_id):
        raise Refused("unknown_organisation", "Die Organisation „{organisation}“ steht nicht im Verzeichnis.", organisation=organisation_id)
    organisation = post.directory.organisation(organisation_id)
    named = [mailbox for mailbox in organisation.mailboxes if to in (organisation_id, mailbox)]
    takes_it = {mailbox for mailbox in named if mailbox.partition(".")[2] in kind.receivers}
    if not takes_it:
        raise Refused(
            "no_software",
            "{organisation} kann das nicht elektronisch empfangen. Nutzen Sie Brief oder Telefon.",
            organisation=organisation.name,
        )
    if takes_it.isdisjoint(allowed):
        raise Refused(
            "no_agreement",
            "Mit {organisation} ist nicht vereinbart, dass wir das senden ({event}). Nutzen Sie Brief oder Telefon.",
            organisation=organisation.name,
            event=kind.name,
        )
    return to


def _sealed(kind: EventType, post: Post, recipient: str, content: dict[str, Any], event_id: str) -> dict[str, Any] | str:
    if kind.sensitivity is not Sensitivity.PERSONAL:
        return content
    keys = post.directory.public_keys.get(recipient)
    if keys is None:
        raise Refused(
            "no_key", "Für {mailbox} liegt kein öffentlicher Schlüssel vor; Personendaten gehen nur versiegelt hinaus.", mailbox=recipient
        )
    return seal(content, keys.sealing, source=f"urn:kim:{post.organisation}:{post.service}", event_id=event_id)
