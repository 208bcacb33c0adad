"""Bring an order into a state: the log line, and the answer to who asked for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_bus.outbox import emit
from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.metrics import ORDER_STEPS
from kim_interpreting.model.order import Order, OrderStep
from kim_interpreting.model.pot import Pot


def move_order(session: Session, act: Act, order: Order, state: str, code: str, **params: object) -> Order:
    """The order, held under its row lock, is in `state` from now on; `code` and `params` make the sentence of its log.

    A requester with software of its own is told of every change; one who phoned is told by telephone.
    """
    order.state = state
    order.version += 1
    kept = {name: _kept(value) for name, value in params.items() if value is not None}
    order.steps.append(OrderStep(at=act.at, state=state, code=code, params=kept, actor=act.actor.name, correlation_id=act.correlation_id))
    session.flush()
    ORDER_STEPS.labels(state=state).inc()
    if order.requester_mailbox and order.requester_ref:
        data = {
            "number": order.requester_number,
            "state": state,
            "changed_at": act.at,
            "pot": order.pot_id,
            "pot_name": _pot_name(session, order.pot_id),
            "reason": order.reason,
            "fitting_pot": order.fitting_pot_id,
            "fitting_pot_name": _pot_name(session, order.fitting_pot_id),
            "expected": order.expected,
            "actual": order.actual,
        }
        emit(session, act, "order.changed.v1", subject=order.requester_ref, version=order.version, data=data, to=order.requester_mailbox)
    return order


def _pot_name(session: Session, pot_id: str | None) -> str | None:
    return session.get_one(Pot, pot_id).name if pot_id else None


def _kept(value: object) -> object:
    """A value as JSON keeps it, marked so that the page writes it as people read it."""
    if isinstance(value, Decimal):
        return {"euro": f"{value:.2f}"}
    if isinstance(value, date):
        return {"day": value.isoformat()[:10]}
    return value
