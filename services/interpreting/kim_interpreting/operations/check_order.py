"""Check an order against the pots' rules: which pot pays, which does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kim_events.fields import Id, StrictInt
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from kim_interpreting.metrics import REFUSALS
from kim_interpreting.model.check import pot_line, pot_lines
from kim_interpreting.model.entered import ORDER_STEP, Entered
from kim_interpreting.model.order import Order, locked_order
from kim_interpreting.model.pot import pot as pot_by_id
from kim_interpreting.operations.move_order import move_order
from kim_interpreting.operations.order_request import LONGEST_TALK, LONGEST_TEXT
from kim_interpreting.rules.order_states import check_start
from kim_interpreting.rules.pot_rules import Line, chief_refusal, refusal, suggestion


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """What the coordinator has learned by asking; None leaves a fact as it is. `pot_id` picks a pot other than the suggested one."""

    order_id: str
    pot_id: str | None = None
    other_payers_ruled_out: bool | None = None
    small_business: bool | None = None
    difficult: bool | None = None
    minutes: int | None = None
    keystrokes: int | None = None


class CheckOrderSchema(CommandSchema):
    command = CheckOrder

    order_id = Id(required=True)
    pot_id = Id(allow_none=True, load_default=None, metadata={"label": "Topf"})
    other_payers_ruled_out = fields.Boolean(
        allow_none=True, load_default=None, metadata={"label": "Andere Kostenträger sind ausgeschlossen"}
    )
    small_business = fields.Boolean(allow_none=True, load_default=None, metadata={"label": "Ohne Umsatzsteuer (§ 19 UStG)"})
    difficult = fields.Boolean(allow_none=True, load_default=None, metadata={"label": "Der Text ist besonders schwierig (§ 11 JVEG)"})
    minutes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TALK), metadata={"label": "Dauer in Minuten"}
    )
    keystrokes = StrictInt(
        allow_none=True, load_default=None, validate=validate.Range(1, LONGEST_TEXT), metadata={"label": "Anschläge des Textes"}
    )


def check_order(session: Session, act: Act, command: CheckOrder) -> Order:
    """Judge the order anew; raises Refused when the pot picked does not pay, naming the one that fits."""
    order = locked_order(session, command.order_id)
    check_start("check", order.state)
    for name in ("other_payers_ruled_out", "small_business", "difficult", "minutes", "keystrokes"):
        value = getattr(command, name)
        if value is not None:
            setattr(order, name, value)
    if command.pot_id is None:
        settle_order(session, act, order)
    else:
        line = pot_line(session, order, pot_by_id(session, command.pot_id), act.organisation)
        if not line.ready:
            raise refusal(line, pot_lines(session, order, act.organisation))
        _put_on(session, act, order, line)
    session.add(Entered.in_act(act, ORDER_STEP, order.id, order.state))
    return order


def settle_order(session: Session, act: Act, order: Order) -> Order:
    """Put the order on the pot that fits. Where that needs something more of the requester it stays open, with the reason and the
    fitting pot; where no pot will ever pay it is refused."""
    lines = pot_lines(session, order, act.organisation)
    fit = suggestion(lines)
    if fit is not None and fit.ready:
        return _put_on(session, act, order, fit)
    chief = chief_refusal(lines)
    short = any(line.code == "short" for line in lines)
    order.pot_id = None
    order.fitting_pot_id = fit.pot if fit else None
    order.expected = _expected(fit or chief)
    order.reason = chief.code if chief else fit.code if fit else "no_pot"
    if fit is None and not short:
        REFUSALS.labels(reason=order.reason).inc()
        return move_order(session, act, order, "refused", order.reason, **(chief.params if chief else {}))
    params = chief.params if chief else {}
    return move_order(session, act, order, "checked", order.reason, pot=chief.pot_name if chief else None, **params)


def _put_on(session: Session, act: Act, order: Order, line: Line) -> Order:
    order.pot_id, order.fitting_pot_id, order.reason = line.pot, None, None
    order.expected = _expected(line)
    return move_order(session, act, order, "checked", line.code, pot=line.pot_name, version=line.rules_version, gross=order.expected)


def _expected(line: Line | None) -> Decimal | None:
    return line.cost.gross if line and line.cost else None
