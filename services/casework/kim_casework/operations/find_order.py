"""Find an order for an actor: what one may not see does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_casework.model.order import InterpretingOrder


def order_to_see(session: Session, act: Act, order_id: str) -> InterpretingOrder:
    """Raises NotFound for an order that does not exist, or not for this actor."""
    return _seen(session.get(InterpretingOrder, order_id), act)


def order_to_change(session: Session, act: Act, order_id: str) -> InterpretingOrder:
    """The same, under the lock of its row."""
    return _seen(session.get(InterpretingOrder, order_id, with_for_update={"of": InterpretingOrder}), act)


def _seen(order: InterpretingOrder | None, act: Act) -> InterpretingOrder:
    if order is None or not order.may_be_seen_by(act.actor):
        raise NotFound("order_not_found", "Diesen Auftrag gibt es nicht, oder er gehört anderen.")
    return order
