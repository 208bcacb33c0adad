"""The requester needs an order no longer."""

from __future__ import annotations

from dataclasses import dataclass

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.model.order import Order, order_of_requester
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.release_reservation import release_reservation
from kim_interpreting.rules.order_states import UNDECIDED


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    requester_mailbox: str
    requester_ref: str


def withdraw_order(session: Session, act: Act, command: WithdrawOrder) -> Order | None:
    """Withdrawn at once while nobody is engaged. Where an interpreter is, a fee may be due: the coordinator cancels, and sees it.

    None when the order never arrived; one already done stays as it is.
    """
    order = order_of_requester(session, command.requester_mailbox, command.requester_ref)
    if order is None:
        return None
    if order.state in UNDECIDED | {"approved"}:
        release_reservation(session, act, order)
        return move_order(session, act, order, "withdrawn", "withdrawn")
    if order.state == "scheduled" and not order.withdrawal_asked:
        order.withdrawal_asked = True
        return move_order(session, act, order, "scheduled", "withdrawal_asked")
    return order
