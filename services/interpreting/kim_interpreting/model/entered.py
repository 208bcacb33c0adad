"""Who entered what at the interpreting service, and of two steps that two people must take, who took each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from kim_runtime.columns import UtcColumn
from kim_runtime.entered import EnteredColumns, Names
from sqlalchemy import update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_interpreting.model.base import Base
from kim_interpreting.model.invoice import Invoice, locked_invoice
from kim_interpreting.model.movement import Movement
from kim_interpreting.model.order import Order, OrderStep, locked_order
from kim_interpreting.model.reassignment import Reassignment, locked_reassignment

ORDER, APPROVAL, ORDER_STEP = "order", "approval", "order_step"
RECORDING, ACCEPTANCE, CONFIRMATION, PAYMENT, INVOICE_RETURN = "invoice", "excess", "confirmation", "payment", "invoice_return"
REASSIGNMENT, REASSIGNED, REASSIGNMENT_WITHDRAWN = "reassignment", "reassigned", "reassignment_withdrawn"
POT, PROVIDER, PROVIDER_CHANGE = "pot", "provider", "provider_change"

FOUR_EYES: Final = {ORDER: APPROVAL, RECORDING: ACCEPTANCE, CONFIRMATION: PAYMENT, REASSIGNMENT: REASSIGNED}  # first step -> second
OTHER_STEP: Final = {**FOUR_EYES, **{second: first for first, second in FOUR_EYES.items()}}
# Where the thing itself says who took a step now, and by which name.
HOLDERS: Final[Mapping[str, tuple[type[Any], str, str]]] = {
    ORDER: (Order, "entered_by", ""),
    APPROVAL: (Order, "approved_by", ""),
    RECORDING: (Invoice, "recorded_by", ""),
    ACCEPTANCE: (Invoice, "excess_confirmed_by", ""),
    CONFIRMATION: (Invoice, "confirmed_by", "confirmed_by_name"),
    PAYMENT: (Invoice, "paid_by", "paid_by_name"),
    REASSIGNMENT: (Reassignment, "proposed_by", "proposed_by_name"),
    REASSIGNED: (Reassignment, "confirmed_by", "confirmed_by_name"),
}
LOCKED: Final[Mapping[type[Any], Callable[[Session, str], Any]]] = {
    Order: locked_order,
    Invoice: locked_invoice,
    Reassignment: locked_reassignment,
}


class Entered(EnteredColumns, Base):
    """One thing somebody did here (Eintrag). `taken_back_at`: since then another entry of the same step stands in its place."""

    __tablename__ = "entered"

    taken_back_at: Mapped[datetime | None] = mapped_column(UtcColumn)


def names_of(session: Session, kind: str, thing: Order | Invoice | Reassignment) -> Names:
    """Everybody under whose name a step of four eyes with this thing ever stood, since it was last done anew; nobody where nobody of this
    house took it.
    """
    known = Entered.names(session, kind, thing.id, Entered.taken_back_at.is_(None))
    holder = getattr(thing, HOLDERS[kind][1])
    return replace(known, ids=known.ids | ({holder} if holder else set()))


def took_other_step(session: Session, entry: Entered) -> frozenset[str]:
    """Under whose names the other of two steps ever stood. The thing is held under the lock of the operations that compare the two."""
    thing = LOCKED[HOLDERS[entry.kind][0]](session, entry.thing_id)
    return names_of(session, OTHER_STEP[entry.kind], thing).ids


def name_along(session: Session, entry: Entered, earlier: str) -> None:
    """What else says who it was says so too: the thing itself, the lines of the log and of the ledger that this act wrote.

    `earlier` is the name it stood under before. What was done, and what it moved, stays. Where the step was done anew the thing names who
    did that.
    """
    if entry.kind in HOLDERS and entry.taken_back_at is None:
        model, column, name = HOLDERS[entry.kind]
        session.execute(
            update(model).where(model.id == entry.thing_id).values({column: entry.by, **({name: entry.by_name} if name else {})})
        )
    if entry.kind == REASSIGNMENT_WITHDRAWN:
        named = {"withdrawn_by": entry.by, "withdrawn_by_name": entry.by_name}
        session.execute(update(Reassignment).where(Reassignment.id == entry.thing_id).values(named))
    for lines in (OrderStep, Movement):
        written = (lines.correlation_id == entry.correlation_id, lines.at == entry.at, lines.actor == earlier)
        session.execute(update(lines).where(*written).values(actor=entry.by_name))
