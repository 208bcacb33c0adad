"""Find an order to do something with: what one may not see does not exist."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_runtime.database import locked
from kim_runtime.refusal import NotFound
from sqlalchemy.orm import Session

from kim_casework.model.order import InterpretingOrder
from kim_casework.model.standing import lets


def order_to_change(session: Session, act: Act, order_id: str) -> InterpretingOrder:
    """The order under the lock of its row. Raises NotFound where there is none, or not for this actor."""
    order = locked(session, InterpretingOrder, order_id)
    if order is None or not lets(session, act, "order.place", order):
        raise no_order()
    return order


def no_order() -> NotFound:
    return NotFound("order_not_found", "Diesen Auftrag gibt es nicht, oder er gehört anderen.")
