"""Find an order for an actor: what one may not see does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_casework.model.order import InterpretingOrder
from kim_casework.operations.find_case import keep_reason


def order_to_see(session: Session, act: Act, order_id: str) -> InterpretingOrder:
    """Raises NotFound for an order that does not exist, or not for this actor."""
    order = _found(session, act, session.get(InterpretingOrder, order_id), "order.see")
    if order.case is not None:
        keep_reason(session, act, order.case)
    return order


def order_to_change(session: Session, act: Act, order_id: str) -> InterpretingOrder:
    """The order under the lock of its row, to do something with it."""
    return _found(session, act, session.get(InterpretingOrder, order_id, with_for_update={"of": InterpretingOrder}), "order.place")


def _found(session: Session, act: Act, order: InterpretingOrder | None, action: str) -> InterpretingOrder:
    if order is None or not order.lets(session, act, action):
        raise NotFound("order_not_found", "Diesen Auftrag gibt es nicht, oder er gehört anderen.")
    return order
