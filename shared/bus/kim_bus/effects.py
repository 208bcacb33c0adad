"""Letting events take effect: what the consumer and the worker have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from kim_events.catalogue import CATALOGUE
from kim_events.envelope import BrokenEnvelope, Envelope, decode
from kim_events.event_type import Audience
from kim_runtime import trace
from kim_runtime.act import Act, service_act
from kim_runtime.clock import Clock
from kim_runtime.logs import log
from sqlalchemy import collate, select
from sqlalchemy.orm import Session

from kim_bus import metrics
from kim_bus.outbox import schema_of
from kim_bus.post import Post
from kim_bus.reaction import Reaction, Received
from kim_bus.sealing import unseal
from kim_bus.tables import heads

Subject = tuple[str, str]  # source, subject


@dataclass(frozen=True, slots=True)
class Effect:
    """An event that may take effect now, and the act of the house that lets it."""

    act: Act
    event: Received


class Effects:
    """The reactions of a house. `clock` is business time."""

    def __init__(self, post: Post, reactions: Iterable[Reaction], clock: Clock) -> None:
        self._post = post
        self._reactions = {reaction.event_name: reaction for reaction in reactions}
        self._clock = clock

    def has(self, name: str) -> bool:
        """Whether this house reacts to events of this name."""
        return name in self._reactions

    def open(self, envelope: Envelope, correlation_id: str, data: Mapping[str, Any] | None = None) -> Effect:
        """`data` is what was loaded before, if it was. Raises CannotOpen, ValidationError."""
        if data is None:
            raw = envelope.data
            if isinstance(raw, str):
                raw = unseal(raw, *(pair.sealing for pair in self._post.keys.pairs()), source=envelope.source, event_id=envelope.id)
            data = schema_of(envelope.name).load(raw)
        event = Received(
            id=envelope.id,
            name=envelope.name,
            organisation=envelope.organisation,
            service=envelope.service,
            subject=envelope.subject,
            version=envelope.subjectversion,
            time=envelope.time,
            data=data,
            recipient=envelope.recipient,
            correlation_id=correlation_id,
        )
        act = service_act(
            self._post.organisation,
            self._post.service,
            self._clock.now(),
            correlation_id=correlation_id,
            causation_id=envelope.id,
            traceparent=self._next_step(envelope, correlation_id),
        )
        return Effect(act, event)

    def trace_id(self, body: bytes, correlation_id: str) -> str:
        """The trace in which an event takes effect here, or would; for a line about one that did not."""
        try:
            return trace.trace_id(self._next_step(decode(body), correlation_id))
        except BrokenEnvelope:
            return trace.trace_id(trace.next_step(None, correlation_id))

    def _next_step(self, envelope: Envelope, correlation_id: str) -> str:
        return next_step(self._post, envelope, correlation_id)

    def apply(self, session: Session, effects: Iterable[Effect]) -> None:
        """Let them all take effect in this transaction; raises what a reaction raises, and then none of them may be committed."""
        by_name: dict[str, list[Effect]] = {}
        for effect in effects:
            by_name.setdefault(effect.event.name, []).append(effect)
        for name, some in by_name.items():
            reaction = self._reactions[name]
            if reaction.handle_many is not None and len(some) > 1:
                reaction.handle_many(session, [(effect.act, effect.event) for effect in some])
            else:
                for effect in some:
                    _handle(session, reaction, effect)
        session.flush()

    def count(self, effects: Sequence[Effect], now: float) -> None:
        """Count the events whose effect is committed, and write one line for them all. `now` is Unix time."""
        mailbox = self._post.mailbox
        told: list[Effect] = []
        seconds = metrics.EFFECT_SECONDS.labels(mailbox)
        by_name = Counter(effect.event.name for effect in effects)
        for name, number in by_name.items():
            metrics.HANDLED.labels(mailbox, name).inc(number)
        for effect in effects:
            since_emit = metrics.seconds_since_emit(effect.event.id, now)
            if since_emit is not None:
                seconds.observe(since_emit)
            if CATALOGUE[effect.event.name].audience is not Audience.MAILBOX:  # the probe, once a minute, has its own mark
                told.append(effect)
        if told:
            log().info(
                "events took effect",
                count=len(told),
                trace_id=" ".join(effect.act.trace_id for effect in told),
                event_id=" ".join(effect.event.id for effect in told),
                event_type=" ".join(effect.event.name for effect in told),
            )


def next_step(post: Post, envelope: Envelope, correlation_id: str) -> str:
    """The step of a trace an event leads to here. A sender of another house has no say in our traces: at the border a new one begins."""
    return trace.next_step(envelope.traceparent if envelope.organisation == post.organisation else None, correlation_id)


def _handle(session: Session, reaction: Reaction, effect: Effect) -> None:
    event = effect.event
    with structlog.contextvars.bound_contextvars(
        correlation_id=event.correlation_id, trace_id=effect.act.trace_id, event_id=event.id, event_type=event.name
    ):
        reaction.handle(session, effect.act, event)


def versions(session: Session, subjects: Iterable[Subject], *, lock: bool = False) -> dict[Subject, int]:
    """The highest version known here of each subject.

    With `lock` nobody can learn of a higher one before this transaction ends: else an older state could take effect after a newer. The
    rows are locked in the order of their bytes, in which the consumer writes them, whatever language the database sorts by.
    """
    by_source: dict[str, list[str]] = {}
    for source, subject in subjects:
        by_source.setdefault(source, []).append(subject)
    found: dict[Subject, int] = {}
    for source in sorted(by_source):
        known = select(heads).where(heads.c.source == source, heads.c.subject.in_(by_source[source]))
        if lock and session.get_bind().dialect.name == "postgresql":
            known = known.order_by(collate(heads.c.subject, "C")).with_for_update()
        found |= {(row.source, row.subject): row.version for row in session.execute(known)}
    return found
