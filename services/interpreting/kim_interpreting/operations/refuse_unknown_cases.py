"""Once a day: orders whose case was never heard of in time are refused, with the reason."""

from __future__ import annotations

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.model.order import orders_in
from kim_interpreting.operations.refuse_order import RefuseOrder, refuse_order


def refuse_unknown_cases(session: Session, act: Act) -> None:
    for order in orders_in(session, {"waiting_for_case"}):
        if order.wait_until is not None and order.wait_until < act.today:
            refuse_order(session, act, RefuseOrder(order.id))
