"""Approve an order: a second person looks, the pot is asked once more, and the money is set aside."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.check import pot_line, pot_lines
from kim_interpreting.model.entered import APPROVAL, ORDER, Entered, names_of
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.model.pot import locked_pots
from kim_interpreting.operations.book_movement import book_movement
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.ledger import MovementKind
from kim_interpreting.rules.order_states import check_start
from kim_interpreting.rules.permissions import check_second_person, check_second_step, pot_state
from kim_interpreting.rules.pot_rules import Verdict, refusal


@dataclass(frozen=True, slots=True)
class ApproveOrder:
    """Without `pot_id` the order's own pot pays."""

    order_id: str
    pot_id: str | None = None


class ApproveOrderSchema(CommandSchema):
    command = ApproveOrder

    order_id = Id(required=True)
    pot_id = Id(allow_none=True, load_default=None, metadata={"label": "Topf"})


def approve_order(session: Session, act: Act, command: ApproveOrder) -> Order:
    """Reserve the expected gross cost. Decided at the moment of writing, under the pot's row lock: of two orders for the last euro one is
    refused. Raises Refused with what the pot says now, or while nobody knows who entered the order; Forbidden to who did.
    """
    order = locked_order(session, command.order_id)
    if order.state == "approved" and order.approved_by == act.actor.id:
        return order
    check_start("approve", order.state)
    first = names_of(session, ORDER, order)
    check_second_person(act.actor, first)
    pot_id = command.pot_id or order.pot_id
    if pot_id is None:
        raise Refused("no_pot_chosen", "Für diesen Auftrag ist noch kein Topf bestimmt.", field="pot_id")
    (pot,) = locked_pots(session, pot_id)
    line = pot_line(session, order, pot, act.organisation)
    if line.verdict is Verdict.REFUSED or not line.ready:
        raise refusal(line, pot_lines(session, order, act.organisation))
    subsidiary = line.verdict is Verdict.WITH_APPROVAL
    check_second_step(act.actor, "order.approve", first, pot_state(subsidiary=subsidiary))
    assert line.cost is not None
    order.pot_id, order.fitting_pot_id, order.reason = pot.id, None, None
    order.expected = order.committed = line.cost.gross
    order.approved_by = act.actor.id
    session.add(Entered.in_act(act, APPROVAL, order.id))
    book_movement(session, act, pot, MovementKind.COMMITMENT, line.cost.gross, order=order)
    return move_order(session, act, order, "approved", "approved", pot=pot.name, version=line.rules_version, gross=line.cost.gross)
