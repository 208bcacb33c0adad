"""Refuse an order: the requester learns why, and which pot would fit."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.reason import give_reason
from sqlalchemy.orm import Session

from kim_interpreting.metrics import REFUSALS
from kim_interpreting.model.check import pot_lines
from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.rules.order_states import check_start
from kim_interpreting.rules.pot_rules import chief_refusal, suggestion


@dataclass(frozen=True, slots=True)
class RefuseOrder:
    """`note` is one sentence of the coordinator's; the code of the reason is what the pots say."""

    order_id: str
    note: str = ""


class RefuseOrderSchema(CommandSchema):
    command = RefuseOrder

    order_id = Id(required=True)
    note = Text(load_default="", longest=300, metadata={"label": "Satz an die Besteller_in", "hint": "Ohne Namen einer Klient_in"})


def refuse_order(session: Session, act: Act, command: RefuseOrder) -> Order:
    """The reason is that of the pot made for this kind of job; `by_coordinator` where every pot would pay."""
    order = locked_order(session, command.order_id)
    if order.state == "refused":
        return order
    check_start("refuse", order.state)
    lines = pot_lines(session, order, act.organisation)
    chief, fit = chief_refusal(lines), suggestion(lines)
    order.reason = "case_unknown" if order.state == "waiting_for_case" else chief.code if chief else "by_coordinator"
    give_reason(session, order.reason)
    order.pot_id, order.fitting_pot_id = None, fit.pot if fit else None
    REFUSALS.labels(reason=order.reason).inc()
    params = dict(chief.params) if chief and chief.code == order.reason else {"case_number": order.case_number}
    session.add(Entered.in_act(act, ORDER_STEP, order.id, "refused"))
    return move_order(session, act, order, "refused", order.reason, **params, note=command.note or None)
