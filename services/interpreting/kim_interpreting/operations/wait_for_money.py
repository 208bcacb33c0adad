"""The requester chooses to wait until the pot has money again. Nothing is reserved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_interpreting.model.check import pot_lines
from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.order_states import check_start


@dataclass(frozen=True, slots=True)
class WaitForMoney:
    order_id: str
    pot_id: str | None = None  # the pot waited for; without it the first that is only short of money


class WaitForMoneySchema(CommandSchema):
    command = WaitForMoney

    order_id = Id(required=True)
    pot_id = Id(allow_none=True, load_default=None, metadata={"label": "Topf"})


def wait_for_money(session: Session, act: Act, command: WaitForMoney) -> Order:
    """The order waits; it is never approved by itself. Raises Refused where no pot is merely short of money."""
    order = locked_order(session, command.order_id)
    if order.state == "waiting_for_money":
        return order
    check_start("wait_for_money", order.state)
    short = [line for line in pot_lines(session, order, act.organisation) if line.code == "short" and command.pot_id in {None, line.pot}]
    if not short:
        raise Refused("nothing_to_wait_for", "Kein Topf ist nur knapp: auf Geld zu warten hilft hier nicht.", field="pot_id")
    order.pot_id, order.reason = short[0].pot, "short"
    order.expected = short[0].cost.gross if short[0].cost else None
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "waiting_for_money"))
    return move_order(
        session, act, order, "waiting_for_money", "waiting_for_money", pot=short[0].pot_name, missing=short[0].params["missing"]
    )
