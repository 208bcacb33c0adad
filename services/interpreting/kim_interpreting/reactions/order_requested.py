"""casework or intake, of this house or another, needs an interpreter or a translation."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.operations.order_request import REQUEST_FIELDS
from kim_interpreting.operations.receive_order import ReceiveOrder, receive_order


def order_requested(session: Session, act: Act, event: Received) -> None:
    command = ReceiveOrder(
        requester_mailbox=event.mailbox,
        requester_ref=event.subject,
        requester_number=event.data["number"],
        requested_at=event.data["requested_at"],
        **{name: event.data[name] for name in REQUEST_FIELDS},
    )
    receive_order(session, act, command)
