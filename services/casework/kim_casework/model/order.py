"""Orders for interpreting and translation, as the requester knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from kim_runtime.act import Act
from kim_runtime.columns import MoneyColumn
from kim_runtime.paging import rows_after
from kim_runtime.policy import Relation
from sqlalchemy import ColumnElement, ForeignKey, Integer, Select, UniqueConstraint, and_, not_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from kim_casework.model.base import Base, code, identifier, line
from kim_casework.model.case import Case, visible_cases
from kim_casework.model.protection import protected_cases
from kim_casework.model.team import in_other_teams
from kim_casework.rules.orders import OPEN_STATES
from kim_casework.rules.permissions import ways_to

LATEST_OVER = 3  # orders that are over and stand on a case's page without being unfolded


class InterpretingOrder(Base):
    """An order for an interpreter or a translation (Sprachmittlungsauftrag). Holds no client's name: the case number is enough."""

    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    number: Mapped[str] = mapped_column(line(30), unique=True)
    version: Mapped[int] = mapped_column(Integer)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(code(), index=True)
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(identifier(), index=True)
    sent_to: Mapped[str] = mapped_column(line(64))
    desk: Mapped[str] = mapped_column(line(120))
    requester_town: Mapped[str] = mapped_column(identifier())
    job_kind: Mapped[str] = mapped_column(code())
    occasion: Mapped[str] = mapped_column(code())
    language: Mapped[str] = mapped_column(identifier())
    service_date: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int | None] = mapped_column(Integer)
    keystrokes: Mapped[int | None] = mapped_column(Integer)
    editable: Mapped[bool]
    decides_something: Mapped[bool]
    public_room: Mapped[bool]
    place: Mapped[str] = mapped_column(line(120))
    other_payers_ruled_out: Mapped[bool]
    pot: Mapped[str | None] = mapped_column(identifier())
    pot_name: Mapped[str | None] = mapped_column(line(200))
    reason: Mapped[str | None] = mapped_column(line(60))
    fitting_pot: Mapped[str | None] = mapped_column(identifier())
    fitting_pot_name: Mapped[str | None] = mapped_column(line(200))
    expected: Mapped[Decimal | None] = mapped_column(MoneyColumn)
    actual: Mapped[Decimal | None] = mapped_column(MoneyColumn)
    answer_version: Mapped[int] = mapped_column(Integer)  # of the interpreting service's word; 0: none yet

    case: Mapped[Case | None] = relationship(lazy="joined", viewonly=True)


class OrderChange(Base):
    """One state of an order and since when. Written once, never changed."""

    __tablename__ = "order_changes"
    __table_args__ = (UniqueConstraint("order_id", "serial"),)

    id: Mapped[str] = mapped_column(identifier(), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    serial: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(code())
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]


def visible_orders(act: Act) -> Select[InterpretingOrder]:
    """The orders of the actor's lists: the answer of the table's lines for `order.list`."""
    query = select(InterpretingOrder)
    ways: list[ColumnElement[bool]] = [InterpretingOrder.case_id.in_(visible_cases(act, "order.list").with_only_columns(Case.id))]
    relations = ways_to(act.actor, "order.list", protected=False)
    if Relation.OWN_TEAM in relations:
        theirs = InterpretingOrder.requested_by.not_in(in_other_teams(act.actor.id))
        ways.append(and_(InterpretingOrder.case_id.is_(None), theirs))
    if Relation.OWN_RECORD in relations:
        locked = InterpretingOrder.case_id.in_(protected_cases())
        ways.append(and_(InterpretingOrder.requested_by == act.actor.id, or_(InterpretingOrder.case_id.is_(None), not_(locked))))
    return query.where(or_(*ways))


def orders_of(session: Session, case_id: str) -> Sequence[InterpretingOrder]:
    """All orders of a case, the latest day first, whoever asks."""
    query = select(InterpretingOrder).where(InterpretingOrder.case_id == case_id)
    return session.scalars(query.order_by(InterpretingOrder.service_date.desc(), InterpretingOrder.number.desc())).unique().all()


def apart_from_older(orders: Sequence[InterpretingOrder]) -> tuple[list[InterpretingOrder], list[InterpretingOrder]]:
    """What is still to come with the latest that are over, and the older ones that are over; each in the order they came in."""
    older = [order for order in orders if order.state not in OPEN_STATES][LATEST_OVER:]
    return [order for order in orders if order not in older], older


def list_orders(
    session: Session, act: Act, *, case_id: str | None = None, states: frozenset[str] | None = None
) -> Sequence[InterpretingOrder]:
    """The orders the actor may see, the latest day first."""
    query = visible_orders(act).order_by(InterpretingOrder.service_date.desc(), InterpretingOrder.number.desc())
    if case_id is not None:
        query = query.where(InterpretingOrder.case_id == case_id)
    if states is not None:
        query = query.where(InterpretingOrder.state.in_(states))
    return session.scalars(query).unique().all()


def orders_after(
    session: Session, act: Act, *, state: str | None, after: str | None, limit: int
) -> tuple[Sequence[InterpretingOrder], str | None]:
    """The next `limit` orders the actor may see behind the number `after`, and the number to go on from."""
    query = visible_orders(act)
    if state:
        query = query.where(InterpretingOrder.state == state)
    return rows_after(session, query, InterpretingOrder.number, after=after, limit=limit)
