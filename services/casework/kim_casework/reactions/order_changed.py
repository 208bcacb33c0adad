"""The interpreting service has said what became of an order."""

from __future__ import annotations

from kim_bus.reaction import Received
from kim_runtime.act import Act
from kim_runtime.database import locked
from kim_runtime.logs import log
from sqlalchemy.orm import Session

from kim_casework.model.order import InterpretingOrder
from kim_casework.operations.order_interpreting import record_order_state


def order_changed(session: Session, act: Act, event: Received) -> None:
    """Keep state, reason, pot and money. Only the service the order went to is believed; an older word changes nothing."""
    order = locked(session, InterpretingOrder, event.subject)
    if order is None or order.sent_to != event.mailbox:
        log().warning("an order nobody here has placed was answered", subject=event.subject, event_type=event.name)
        return
    if event.version <= order.answer_version:
        return
    said = event.data
    order.answer_version = event.version
    order.pot, order.pot_name, order.reason = said["pot"], said["pot_name"], said["reason"]
    order.fitting_pot, order.fitting_pot_name = said["fitting_pot"], said["fitting_pot_name"]
    order.expected, order.actual = said["expected"], said["actual"]
    if order.state != said["state"]:
        record_order_state(session, act, order, said["state"])
    session.flush()
