"""A requester needs an order no longer."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.operations.withdraw_order import WithdrawOrder, withdraw_order


def order_withdrawn(session: Session, act: Act, event: Received) -> None:
    withdraw_order(session, act, WithdrawOrder(requester_mailbox=event.mailbox, requester_ref=event.subject))
