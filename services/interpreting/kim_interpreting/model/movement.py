"""The ledger: every movement of a pot, once written never changed."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from decimal import Decimal

from kim_runtime.columns import MoneyColumn, UtcColumn
from sqlalchemy import ForeignKey, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kim_interpreting.model.base import Base
from kim_interpreting.rules.ledger import NOTHING, MovementKind, Sums

_ABOUT_INVOICES = frozenset({MovementKind.INVOICE, MovementKind.INVOICE_RETURNED, MovementKind.PAYMENT})


class Movement(Base):
    """One line of a pot's ledger (Haushaltsüberwachungsliste): what it adds to each of the six sums, and the document or order behind it.

    `at` is business time, so what a pot held on a day reads the same whenever one asks.
    """

    __tablename__ = "movements"

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    pot_id: Mapped[str] = mapped_column(ForeignKey("pots.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcColumn)
    kind: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[str | None] = mapped_column(ForeignKey("orders.id"), index=True)
    invoice_id: Mapped[str | None] = mapped_column(ForeignKey("invoices.id"))
    reassignment_id: Mapped[str | None] = mapped_column(ForeignKey("reassignments.id"))
    document: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(200))
    correlation_id: Mapped[str] = mapped_column(String(64), default="", index=True)  # of the act that wrote it
    granted: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    reassigned: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    returned: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    committed: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    invoiced: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    paid: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)

    @property
    def change(self) -> Sums:
        return Sums(self.granted, self.reassigned, self.returned, self.committed, self.invoiced, self.paid)

    @property
    def amount(self) -> Decimal:
        """What the movement is about, without a sign: an invoice's amount, not what it replaced."""
        change = self.change
        kept = (change.invoiced, change.paid) if self.kind in _ABOUT_INVOICES else ()
        parts = kept or (change.granted, change.reassigned, change.returned, change.committed)
        return max(abs(part) for part in parts)


def movements_of(session: Session, pot_id: str) -> list[Movement]:
    return list(session.scalars(select(Movement).where(Movement.pot_id == pot_id).order_by(Movement.serial)))


def sums_at(session: Session, pot_id: str, before: datetime) -> Sums:
    """What the pot held at a moment: all movements of a business time before it."""
    columns = [func.sum(getattr(Movement, entry.name)) for entry in fields(Sums)]
    row = session.execute(select(*columns).where(Movement.pot_id == pot_id, Movement.at < before)).one()
    return Sums(*(value or NOTHING for value in row))
