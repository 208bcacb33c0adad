"""Nobody could be found for an order; the committee wants to know how often, for which language and occasion."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.release_reservation import release_reservation
from kim_interpreting.rules.order_states import check_start


@dataclass(frozen=True, slots=True)
class MarkUnfilled:
    order_id: str
    note: str = ""


class MarkUnfilledSchema(CommandSchema):
    command = MarkUnfilled

    order_id = Id(required=True)
    note = Text(load_default="", longest=300, metadata={"label": "Was versucht wurde", "hint": "Ohne Namen"})


def mark_unfilled(session: Session, act: Act, command: MarkUnfilled) -> Order:
    """The reservation is released whole."""
    order = locked_order(session, command.order_id)
    if order.state == "unfilled":
        return order
    check_start("unfilled", order.state)
    release_reservation(session, act, order)
    order.reason = "nobody_found"
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "unfilled"))
    return move_order(session, act, order, "unfilled", "nobody_found", note=command.note or None)
