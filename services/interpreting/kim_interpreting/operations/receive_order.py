"""An order arrives over the bus, from a requester's own software."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kim_runtime.act import Act
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_interpreting.model.check import request_of
from kim_interpreting.model.order import Order, next_number, order_of_requester
from kim_interpreting.operations.check_order import settle_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.order_request import REQUEST_FIELDS, OrderRequest
from kim_interpreting.rules.order_states import UNDECIDED
from kim_interpreting.rules.pot_rules import CaseLink

CASE_WAIT_DAYS = 3  # where the house sets nothing else (KIM_CASE_WAIT_DAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveOrder(OrderRequest):
    """`requester_ref` is the requester's own id of the order, `requester_number` the number they know it by."""

    requester_mailbox: str
    requester_ref: str
    requester_number: str
    requested_at: datetime


def receive_order(session: Session, act: Act, command: ReceiveOrder) -> Order:
    """Take the order in, or what has changed about it while nothing is decided yet; then see what the pots say.

    An order for a case this house's casework has not told of waits for it.
    """
    order = order_of_requester(session, command.requester_mailbox, command.requester_ref)
    if order is None:
        order = Order(
            id=new_id(),
            number=next_number(session, act.today.year),
            state="checked",
            requester_mailbox=command.requester_mailbox,
            requester_ref=command.requester_ref,
            requester_number=command.requester_number,
            requested_at=command.requested_at,
            version=0,
        )
        session.add(order)
    elif order.state not in UNDECIDED:
        return order
    for name in REQUEST_FIELDS:
        setattr(order, name, getattr(command, name))
    session.flush()
    return settle_or_wait(session, act, order)


def settle_or_wait(session: Session, act: Act, order: Order) -> Order:
    """See what the pots say, unless the case is still to be heard of."""
    if request_of(session, order, act.organisation).case is CaseLink.UNKNOWN:
        order.wait_until = act.today + timedelta(days=session.info.get("case_wait_days", CASE_WAIT_DAYS))
        return move_order(
            session, act, order, "waiting_for_case", "waiting_for_case", case_number=order.case_number, until=order.wait_until
        )
    return settle_order(session, act, order)
