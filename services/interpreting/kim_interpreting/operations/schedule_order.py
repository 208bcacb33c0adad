"""Give an approved order to an interpreter or translator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kim_events.fields import Code, Id, Moment, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_interpreting.model.check import ASSUMED_MINUTES
from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, bookings_of, locked_order
from kim_interpreting.model.provider import Provider
from kim_interpreting.model.provider import provider as provider_by_id
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.interpreters import RELATIONS, reasons_against
from kim_interpreting.rules.order_states import check_start


@dataclass(frozen=True, slots=True)
class ScheduleOrder:
    """`offered_language` where another than the wanted one was found; `relation` is the interpreter's to the client."""

    order_id: str
    provider_id: str
    starts_at: datetime | None = None
    offered_language: str | None = None
    relation: str = "none"
    client_agrees: bool = False
    conflict_note: str = ""


class ScheduleOrderSchema(CommandSchema):
    command = ScheduleOrder

    order_id = Id(required=True)
    provider_id = Id(required=True, metadata={"label": "Sprachmittler_in"})
    starts_at = Moment(allow_none=True, load_default=None, metadata={"label": "Beginn"})
    offered_language = Id(
        allow_none=True, load_default=None, metadata={"label": "Sprache", "hint": "Nur wenn eine andere als die gewünschte gefunden wurde"}
    )
    relation = Code(RELATIONS, load_default="none", metadata={"label": "Beziehung zur Klient_in"})
    client_agrees = fields.Boolean(load_default=False, metadata={"label": "Klient_in ist einverstanden"})
    conflict_note = Text(load_default="", longest=500, metadata={"label": "Ausschlüsse und Hinweise", "hint": "Ohne Namen"})


def schedule_order(session: Session, act: Act, command: ScheduleOrder) -> Order:
    """Raises Refused for a relative, a missing qualification, another language without consent, or a second talk at the same time."""
    order = locked_order(session, command.order_id)
    check_start("schedule", order.state)
    provider = provider_by_id(session, command.provider_id)
    offered, starts_at = command.offered_language or order.language, command.starts_at or order.starts_at
    agreed = (provider.id, offered, starts_at, command.conflict_note)
    if order.state == "scheduled" and (order.provider_id, order.offered_language, order.starts_at, order.conflict_note) == agreed:
        return order
    order.starts_at = starts_at
    reasons = reasons_against(
        qualification=provider.qualification,
        decides_something=order.decides_something,
        certified=order.job_kind == "certified_translation",
        relation=command.relation,
        wanted=order.language,
        offered=offered,
        client_agrees=command.client_agrees,
    )
    refuse((*_stopped(order, provider), *reasons, *_double_bookings(session, order, provider.id)))
    order.provider_id, order.provider = provider.id, provider
    order.offered_language, order.conflict_note = offered, command.conflict_note
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "scheduled"))
    return move_order(session, act, order, "scheduled", "scheduled", provider=provider.name)


def _stopped(order: Order, provider: Provider) -> Iterator[Refused]:
    """Who is not asked any more keeps what they have, and gets nothing new."""
    if not provider.available and provider.id != order.provider_id:
        yield Refused("not_available", "Diese Person wird nicht mehr beauftragt. Jemand anderen wählen.", field="provider_id")


def _double_bookings(session: Session, order: Order, provider_id: str) -> Iterator[Refused]:
    """Nobody is in two places at once; the minutes of an order hold the way there."""
    if order.starts_at is None:
        return
    start, end = order.starts_at, order.starts_at + timedelta(minutes=order.minutes or ASSUMED_MINUTES)
    for other in bookings_of(session, provider_id, order.service_date):
        if other.id == order.id or other.starts_at is None:
            continue
        if other.starts_at < end and start < other.starts_at + timedelta(minutes=other.minutes or ASSUMED_MINUTES):
            yield Refused(
                "double_booking", "Zur selben Zeit schon vergeben: Auftrag {number}. Jemand anderen wählen.",
                field="provider_id", number=other.number,
            )  # fmt: skip
