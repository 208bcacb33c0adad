"""Invoices of interpreters and translators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from kim_runtime.columns import MoneyColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.paging import rows_after
from kim_runtime.refusal import NotFound
from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_interpreting.model.base import Base
from kim_interpreting.model.order import Order
from kim_interpreting.model.provider import Provider

EXCESS, RECORDED, CONFIRMED, PAID, RETURNED = "excess", "recorded", "confirmed", "paid", "returned"
INVOICE_STATE_NAMES = {
    EXCESS: "über der Reservierung",
    RECORDED: "erfasst",
    CONFIRMED: "sachlich und rechnerisch richtig",
    PAID: "bezahlt",
    RETURNED: "zurückgegeben",
}


class Invoice(Base):
    """One invoice (Rechnung) for one order. `by_tariff` is what the tariff gives for the work done; both gross, in euro.

    excess (above its reservation, not yet booked) -> recorded -> confirmed (sachlich und rechnerisch richtig) -> paid (Anordnung);
    until it is confirmed it may be returned to the supplier instead.
    """

    __tablename__ = "invoices"
    __table_args__ = (UniqueConstraint("provider_id", "number", name="uq_invoices_provider_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    number: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date] = mapped_column(Date)
    received_on: Mapped[date] = mapped_column(Date)
    gross: Mapped[Decimal] = mapped_column(MoneyColumn)
    by_tariff: Mapped[Decimal] = mapped_column(MoneyColumn)
    reserved: Mapped[Decimal] = mapped_column(MoneyColumn)
    findings: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcColumn)
    excess_reason: Mapped[str] = mapped_column(String(500), default="")
    excess_confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_by_name: Mapped[str] = mapped_column(String(200), default="")
    confirmed_reason: Mapped[str] = mapped_column(String(500), default="")
    paid_by: Mapped[str | None] = mapped_column(String(64))
    paid_by_name: Mapped[str] = mapped_column(String(200), default="")
    returned_reason: Mapped[str] = mapped_column(String(500), default="")
    paid_on: Mapped[date | None] = mapped_column(Date)

    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)
    provider: Mapped[Provider] = relationship(lazy="joined", innerjoin=True)

    @property
    def finding_codes(self) -> tuple[str, ...]:
        return tuple(self.findings.split())


def invoice(session: Session, id: str) -> Invoice:
    found = session.get(Invoice, id)
    if found is None:
        raise NotFound("invoice_unknown", "Diese Rechnung gibt es nicht.", field="invoice_id")
    return found


def locked_invoice(session: Session, id: str) -> Invoice:
    """The invoice with its order, both under their row locks, the order first."""
    order_id = session.scalar(select(Invoice.order_id).where(Invoice.id == id))
    if order_id is None:
        raise NotFound("invoice_unknown", "Diese Rechnung gibt es nicht.", field="invoice_id")
    locked(session, Order, order_id)
    found = locked(session, Invoice, id)
    assert found is not None
    return found


def invoice_of(session: Session, order_id: str) -> Invoice | None:
    """The order's invoice; those returned to the supplier do not count."""
    return session.scalars(select(Invoice).where(Invoice.order_id == order_id, Invoice.state != RETURNED)).one_or_none()


def invoice_numbered(session: Session, provider_id: str, number: str) -> Invoice | None:
    return session.scalars(select(Invoice).where(Invoice.provider_id == provider_id, Invoice.number == number)).one_or_none()


def all_invoices(session: Session, state: str | None = None) -> list[Invoice]:
    statement = select(Invoice).order_by(Invoice.received_on, Invoice.id)
    if state:
        statement = statement.where(Invoice.state == state)
    return list(session.scalars(statement))


def invoices_after(session: Session, *, state: str | None, after: str | None, limit: int) -> tuple[Sequence[Invoice], str | None]:
    """Invoices by id, which sorts by when they were recorded, beginning after one; and the id to go on after, if there are more."""
    query = select(Invoice).where(Invoice.state == state) if state else select(Invoice)
    return rows_after(session, query, Invoice.id, after=after, limit=limit)
