"""Orders for interpreting and translation, their log, and the series of their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kim_runtime.columns import MoneyColumn, UtcColumn
from kim_runtime.database import locked
from kim_runtime.paging import rows_after
from kim_runtime.refusal import NotFound
from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_interpreting.model.base import Base
from kim_interpreting.model.pot import Pot
from kim_interpreting.model.provider import Provider
from kim_interpreting.rules.ledger import NOTHING


class Order(Base):
    """An order for an interpreter or a translation (Bestellung, Auftrag). No client's name: language, place, time and occasion are enough.

    `expected` is the gross cost by tariff, `committed` what is reserved for it now, `actual` what was invoiced. `requester_ref` is the
    requester's own id of it, `requester_number` the number they know it by.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("requester_mailbox", "requester_ref", name="uq_orders_requester_mailbox"),
        CheckConstraint("committed >= 0", name="ck_orders_committed"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[str] = mapped_column(String(20), index=True)

    requester_mailbox: Mapped[str | None] = mapped_column(String(60))
    requester_ref: Mapped[str | None] = mapped_column(String(300))
    requester_number: Mapped[str] = mapped_column(String(30), default="")
    requester_kind: Mapped[str] = mapped_column(String(20))
    requester_town: Mapped[str] = mapped_column(String(64))
    desk: Mapped[str] = mapped_column(String(120))
    case_number: Mapped[str | None] = mapped_column(String(20), index=True)
    job_kind: Mapped[str] = mapped_column(String(30))
    occasion: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(64))
    service_date: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime | None] = mapped_column(UtcColumn)
    minutes: Mapped[int | None] = mapped_column(Integer)
    keystrokes: Mapped[int | None] = mapped_column(Integer)
    editable: Mapped[bool] = mapped_column(Boolean, default=True)
    decides_something: Mapped[bool] = mapped_column(Boolean)
    public_room: Mapped[bool] = mapped_column(Boolean, default=True)
    place: Mapped[str] = mapped_column(String(120), default="")
    other_payers_ruled_out: Mapped[bool] = mapped_column(Boolean, default=False)
    requested_at: Mapped[datetime] = mapped_column(UtcColumn)

    difficult: Mapped[bool] = mapped_column(Boolean, default=False)
    small_business: Mapped[bool] = mapped_column(Boolean, default=False)
    entered_by: Mapped[str | None] = mapped_column(String(64))
    wait_until: Mapped[date | None] = mapped_column(Date)
    pot_id: Mapped[str | None] = mapped_column(ForeignKey("pots.id"), index=True)
    fitting_pot_id: Mapped[str | None] = mapped_column(ForeignKey("pots.id"))
    reason: Mapped[str | None] = mapped_column(String(60))
    expected: Mapped[Decimal | None] = mapped_column(MoneyColumn)
    committed: Mapped[Decimal] = mapped_column(MoneyColumn, default=NOTHING)
    actual: Mapped[Decimal | None] = mapped_column(MoneyColumn)
    approved_by: Mapped[str | None] = mapped_column(String(64))

    provider_id: Mapped[str | None] = mapped_column(ForeignKey("providers.id"), index=True)
    offered_language: Mapped[str | None] = mapped_column(String(64))
    conflict_note: Mapped[str] = mapped_column(String(500), default="")
    withdrawal_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    done_on: Mapped[date | None] = mapped_column(Date)
    done_minutes: Mapped[int | None] = mapped_column(Integer)
    done_keystrokes: Mapped[int | None] = mapped_column(Integer)

    pot: Mapped[Pot | None] = relationship(foreign_keys=[pot_id])
    fitting_pot: Mapped[Pot | None] = relationship(foreign_keys=[fitting_pot_id])
    provider: Mapped[Provider | None] = relationship()
    steps: Mapped[list[OrderStep]] = relationship(back_populates="order", order_by="OrderStep.serial")


class OrderStep(Base):
    """One line of an order's log: the state it reached, when, by whom and why. `code` and `params` make the sentence."""

    __tablename__ = "order_steps"

    serial: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcColumn)
    state: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(200))
    correlation_id: Mapped[str] = mapped_column(String(64), default="", index=True)  # of the act that wrote it

    order: Mapped[Order] = relationship(back_populates="steps")


class OrderSeries(Base):
    """The last number given in a year."""

    __tablename__ = "order_series"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


def next_number(session: Session, year: int) -> str:
    """`S-2022-0001` (S for Sprachmittlung): gapless within a year, since the series' row is locked until the order is written."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(OrderSeries).values(year=year, last=0).on_conflict_do_nothing())
    series = session.get_one(OrderSeries, year, with_for_update=True, populate_existing=True)
    series.last += 1
    return f"S-{year:04}-{series.last:04}"


def order(session: Session, id: str) -> Order:
    found = session.get(Order, id)
    if found is None:
        raise NotFound("order_unknown", "Diesen Auftrag gibt es nicht.", field="order_id")
    return found


def locked_order(session: Session, id: str) -> Order:
    """The order under its row lock, freshly read: what one saw on the page may have been decided by a colleague since."""
    found = locked(session, Order, id)
    if found is None:
        raise NotFound("order_unknown", "Diesen Auftrag gibt es nicht.", field="order_id")
    return found


def order_of_requester(session: Session, mailbox: str, ref: str) -> Order | None:
    statement = select(Order).where(Order.requester_mailbox == mailbox, Order.requester_ref == ref).with_for_update()
    return session.scalars(statement).one_or_none()


def orders_in(session: Session, states: Collection[str]) -> list[Order]:
    return list(session.scalars(select(Order).where(Order.state.in_(sorted(states))).order_by(Order.service_date, Order.number)))


def orders_waiting_for_case(session: Session, case_number: str) -> list[Order]:
    statement = (
        select(Order).where(Order.state == "waiting_for_case", Order.case_number == case_number).order_by(Order.id).with_for_update()
    )
    return list(session.scalars(statement))


def bookings_of(session: Session, provider_id: str, service_date: date) -> list[Order]:
    """What this interpreter has been given for that day."""
    statement = select(Order).where(Order.provider_id == provider_id, Order.service_date == service_date, Order.state == "scheduled")
    return list(session.scalars(statement))


def orders_after(session: Session, *, state: str | None, after: str | None, limit: int) -> tuple[Sequence[Order], str | None]:
    """Orders by number, beginning after one; and the number to go on after, if there are more."""
    query = select(Order).where(Order.state == state) if state else select(Order)
    return rows_after(session, query, Order.number, after=after, limit=limit)


def orders_by_id(session: Session, ids: Collection[str]) -> dict[str, Order]:
    return {row.id: row for row in session.scalars(select(Order).where(Order.id.in_(sorted(ids))))}
