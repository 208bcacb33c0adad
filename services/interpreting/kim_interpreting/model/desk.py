"""The coordinator's desk: every open order with its next step, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_runtime.clock import local_day
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from kim_interpreting.model.check import pot_line
from kim_interpreting.model.invoice import RETURNED, Invoice
from kim_interpreting.model.order import Order
from kim_interpreting.rules.ledger import NOTHING
from kim_interpreting.rules.next_steps import NextStep, Standing, next_step
from kim_interpreting.rules.order_states import OPEN


@dataclass(frozen=True, slots=True)
class DeskLine:
    """An order and what comes next with it; `days` is how long ago it was requested."""

    order: Order
    step: NextStep
    days: int


def desk_lines(session: Session, house: str, today: date, step: str | None = None) -> list[DeskLine]:
    """Talks close at hand with nobody found first, then what is overdue, then by the last good day. `step` keeps one kind of step only."""
    statement = (
        select(Order)
        .where(or_(Order.state.in_(sorted(OPEN)), Order.committed > NOTHING))
        .options(selectinload(Order.pot), selectinload(Order.provider))
    )
    orders = list(session.scalars(statement))
    invoices = {
        invoice.order_id: invoice
        for invoice in session.scalars(
            select(Invoice).where(Invoice.order_id.in_([order.id for order in orders]), Invoice.state != RETURNED)
        )
    }
    lines = []
    for order in orders:
        following = step_of(session, order, invoices.get(order.id), house, today)
        if following is not None and step in {None, following.step}:
            lines.append(DeskLine(order, following, (today - local_day(order.requested_at)).days))
    return sorted(
        lines,
        key=lambda line: (not line.step.nobody_found, not line.step.urgent, line.step.until, line.order.service_date, line.order.number),
    )


def step_of(session: Session, order: Order, invoice: Invoice | None, house: str, today: date) -> NextStep | None:
    requested_on = local_day(order.requested_at)
    ready = order.pot is not None and pot_line(session, order, order.pot, house).ready
    standing = Standing(
        state=order.state,
        requested_on=requested_on,
        service_date=order.service_date,
        wait_until=order.wait_until,
        pot_ready=ready,
        needs_budget_officer=order.pot is not None and order.pot.is_subsidiary(requested_on),
        entered_here=order.entered_by is not None,
        withdrawal_asked=order.withdrawal_asked,
        fee_due=order.state == "cancelled" and order.committed > 0,
        done_on=order.done_on,
        invoice=invoice.state if invoice else None,
        invoice_received_on=invoice.received_on if invoice else None,
    )
    return next_step(standing, today)
