"""An act: one thing somebody does, followed from the request through the database and the bus to its last effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kim_runtime import trace
from kim_runtime.clock import local_day
from kim_runtime.ids import new_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, or a service acting on its own (role `service`).

    `staff` is the staff reference by which staffing names this person (a pseudonym), where there is one.
    """

    id: str
    name: str
    organisation: str
    roles: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    staff: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """The frame of one operation: which house, who, when, and as part of what.

    `at` is business time in UTC. `correlation_id` follows one act through the services of one organisation; `causation_id` is the
    event that caused it. `traceparent` is the act's step of its trace (`kim_runtime.trace`); without one the trace has the correlation
    id as its own.
    """

    organisation: str
    service: str
    actor: Actor
    at: datetime
    correlation_id: str = field(default_factory=new_id)
    causation_id: str | None = None
    traceparent: str | None = None

    @property
    def today(self) -> date:
        return local_day(self.at)

    @property
    def trace_id(self) -> str:
        """The trace the act belongs to."""
        return trace.trace_id(self.traceparent or trace.next_step(None, self.correlation_id))

    @property
    def mailbox(self) -> str:
        return f"{self.organisation}.{self.service}"


def service_act(
    organisation: str,
    service: str,
    at: datetime,
    *,
    correlation_id: str | None = None,
    causation_id: str | None = None,
    traceparent: str | None = None,
) -> Act:
    """An act of the service itself: a reaction to an event, or a daily chore."""
    actor = Actor(id=f"service:{service}", name=service, organisation=organisation, roles=frozenset({"service"}))
    return Act(organisation, service, actor, at, correlation_id or new_id(), causation_id, traceparent)
