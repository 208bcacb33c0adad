"""Write one movement into a pot's ledger: the one way money moves."""

from __future__ import annotations

from decimal import Decimal

from kim_runtime.act import Act
from sqlalchemy.orm import Session

from kim_interpreting.metrics import MOVEMENTS
from kim_interpreting.model.invoice import Invoice
from kim_interpreting.model.movement import Movement
from kim_interpreting.model.order import Order
from kim_interpreting.model.pot import Pot, PotWarning
from kim_interpreting.model.reassignment import Reassignment
from kim_interpreting.rules.ledger import NOTHING, WARNED_ROLES, MovementKind, after, effect


def book_movement(
    session: Session,
    act: Act,
    pot: Pot,
    kind: MovementKind,
    amount: Decimal,
    *,
    replaced: Decimal = NOTHING,
    order: Order | None = None,
    invoice: Invoice | None = None,
    reassignment: Reassignment | None = None,
    document: str = "",
) -> Movement:
    """Book `amount` (euro, above zero) on a pot held under its row lock; raises Refused when the pot would go below zero.

    A warning threshold reached for the first time is written down in the same transaction.
    """
    change = effect(kind, amount, replaced)
    pot.sums = after(pot.sums, change, pot.name)
    movement = Movement(
        pot_id=pot.id,
        at=act.at,
        kind=kind.value,
        order_id=order.id if order else None,
        invoice_id=invoice.id if invoice else None,
        reassignment_id=reassignment.id if reassignment else None,
        document=document,
        actor=act.actor.name,
        correlation_id=act.correlation_id,
        granted=change.granted,
        reassigned=change.reassigned,
        returned=change.returned,
        committed=change.committed,
        invoiced=change.invoiced,
        paid=change.paid,
    )
    session.add(movement)
    given = {warning.percent for warning in pot.warnings}
    for percent in pot.sums.warnings_reached():
        if percent not in given:
            pot.warnings.append(PotWarning(pot_id=pot.id, percent=percent, given_at=act.at, told=" ".join(WARNED_ROLES)))
    session.flush()
    MOVEMENTS.labels(kind=kind.value).inc()
    return movement
