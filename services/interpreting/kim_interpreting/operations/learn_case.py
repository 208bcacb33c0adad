"""Casework tells of a case: orders that waited for it are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_runtime.act import Act
from kim_runtime.database import locked
from sqlalchemy.orm import Session

from kim_interpreting.model.known_case import KnownCase
from kim_interpreting.model.order import orders_waiting_for_case
from kim_interpreting.operations.check_order import settle_order


@dataclass(frozen=True, slots=True)
class LearnCase:
    """`state` is open or closed, since `changed_on`."""

    case_id: str
    number: str
    state: str
    changed_on: date


def learn_case(session: Session, act: Act, command: LearnCase) -> KnownCase:
    """Keep the case's present state. What is approved already stays so; what is not is judged again when it comes to it."""
    case = locked(session, KnownCase, command.case_id)
    if case is None:
        case = KnownCase(id=command.case_id, number=command.number)
        session.add(case)
    if command.state == "open":
        case.closed_on = None
    elif case.state != "closed":
        case.closed_on = command.changed_on
    case.state = command.state
    session.flush()
    for order in orders_waiting_for_case(session, command.number):
        order.wait_until = None
        settle_order(session, act, order)
    return case
