"""Cancel an order that was approved: what is reserved falls to the fee that stays due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_interpreting.model.check import cost_of
from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.release_reservation import release_reservation
from kim_interpreting.rules.ledger import NOTHING
from kim_interpreting.rules.order_states import check_start
from kim_interpreting.rules.tariff import cancellation_fee


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """`income_lost`: the interpreter states a loss of income (§ 9(5) JVEG); without that statement no fee is due."""

    order_id: str
    income_lost: bool = False
    reason: str = ""


class CancelOrderSchema(CommandSchema):
    command = CancelOrder

    order_id = Id(required=True)
    income_lost = fields.Boolean(load_default=False, metadata={"label": "Die Sprachmittler_in erklärt Verdienstausfall"})
    reason = Text(load_default="", longest=300, metadata={"label": "Grund", "hint": "Ohne Namen"})


def cancel_order(session: Session, act: Act, command: CancelOrder) -> Order:
    """The reservation is released down to the fee, never above what was reserved."""
    order = locked_order(session, command.order_id)
    if order.state == "cancelled":
        return order
    check_start("cancel", order.state)
    fee = fee_if_cancelled(order, act.today) if command.income_lost else NOTHING
    release_reservation(session, act, order, down_to=fee)
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "cancelled"))
    return move_order(session, act, order, "cancelled", "cancelled", fee=order.committed, note=command.reason or None)


def fee_if_cancelled(order: Order, day: date) -> Decimal:
    """The most that cancelling on `day` would cost, gross: nothing before somebody was engaged."""
    if order.provider_id is None or order.pot is None:
        return NOTHING
    cost = cost_of(order, order.pot)
    if cost is None:
        return NOTHING
    return min(order.committed, cancellation_fee(cost, order.service_date, day, income_lost=True))
