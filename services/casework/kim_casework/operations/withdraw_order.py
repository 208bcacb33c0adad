"""Withdraw an order that is needed no longer."""

from __future__ import annotations

from dataclasses import dataclass

from kim_bus.outbox import emit
from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_casework.model.entered import ORDER_WITHDRAWN
from kim_casework.model.order import InterpretingOrder
from kim_casework.operations.find_order import order_to_change
from kim_casework.operations.order_interpreting import record_order_state
from kim_casework.rules.orders import WITHDRAWABLE


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    order_id: str


class WithdrawOrderSchema(CommandSchema):
    command = WithdrawOrder
    order_id = Id(required=True)


def withdraw_order(session: Session, act: Act, command: WithdrawOrder) -> InterpretingOrder:
    """Tell the interpreting service; it answers with the cost of a late cancellation, if there is one.

    Raises NotFound, Refused `order_at_its_end`. Withdrawing twice changes nothing.
    """
    order = order_to_change(session, act, command.order_id)
    if order.state == "withdrawn":
        return order
    if order.state not in WITHDRAWABLE:
        raise Refused(
            "order_at_its_end", "Der Auftrag {number} ist schon zu Ende und kann nicht zurückgezogen werden.", number=order.number
        )
    record_order_state(session, act, order, "withdrawn")
    session.add(Entered.in_act(act, ORDER_WITHDRAWN, order.id))
    order.version += 1
    session.flush()
    emit(
        session, act, "order.withdrawn.v1", subject=order.id, version=order.version, to=order.sent_to,
        data={"number": order.number, "withdrawn_at": act.at},
    )  # fmt: skip
    return order
