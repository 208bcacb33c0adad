"""Give back what an order has reserved, whole or down to a fee."""

from __future__ import annotations

from decimal import Decimal

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.rules.ledger import NOTHING, MovementKind


def release_reservation(session: Session, act: Act, order: Order, down_to: Decimal = NOTHING) -> None:
    """The order, held under its row lock, keeps `down_to` euro reserved."""
    surplus = order.committed - down_to
    if order.pot_id is None or surplus <= 0:
        return
    (pot,) = locked_pots(session, order.pot_id)
    book_movement(session, act, pot, MovementKind.RELEASE, surplus, order=order)
    order.committed = down_to
