"""The figures of the service as of a day, counted from movements and log lines by their business time: asked later, they are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from kim_runtime.clock import BERLIN
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kim_interpreting.model.movement import Movement, sums_at
from kim_interpreting.model.order import Order, OrderStep
from kim_interpreting.model.pot import Pot, PotWarning, all_pots
from kim_interpreting.rules.forecast import used_by_period_end
from kim_interpreting.rules.ledger import MovementKind, Sums
from kim_interpreting.rules.order_states import UNMET


@dataclass(frozen=True, slots=True)
class JobKindFigures:
    """Orders a pot was charged with, what they still reserve and what was spent on them (invoiced or paid), in euro."""

    orders: int
    committed: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class PotFigures:
    """A pot as of a day. `lapses` is what was free when its period had ended: it is not carried over (Jährlichkeit)."""

    id: str
    name: str
    sums: Sums
    forecast_year_end: Decimal
    warnings: tuple[PotWarning, ...]
    by_job_kind: dict[str, JobKindFigures]
    orders_without_case_link: int
    as_of: date
    lapses: Decimal | None

    @property
    def is_at_work(self) -> bool:
        """Whether its period goes on, or something is still to be billed or paid from it."""
        return self.lapses is None or self.sums.committed + self.sums.invoiced > 0


@dataclass(frozen=True, slots=True)
class UnmetFigure:
    """How many requests could not be met for one reason, in one language, for one occasion, from one town (AGS)."""

    reason: str
    language: str
    occasion: str
    town: str
    count: int


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """Orders requested in a period, as they stood at its end."""

    total: int
    by_state: dict[str, int]
    by_language: dict[str, int]
    by_occasion: dict[str, int]
    by_job_kind: dict[str, int]
    unmet: tuple[UnmetFigure, ...]


def end_of(day: date) -> datetime:
    """The first moment after a day, at the desk."""
    return datetime.combine(day + timedelta(days=1), time(), BERLIN)


def pot_figures(session: Session, pot: Pot, as_of: date) -> PotFigures:
    before = end_of(as_of)
    sums = sums_at(session, pot.id, before)
    ended = as_of > pot.period_to
    return PotFigures(
        id=pot.id,
        name=pot.name,
        sums=sums,
        forecast_year_end=used_by_period_end(sums, pot.period_from, pot.period_to, as_of),
        warnings=tuple(warning for warning in pot.warnings if warning.given_at < before),
        by_job_kind=_by_job_kind(session, pot.id, before),
        orders_without_case_link=_without_case_link(session, pot.id, before),
        as_of=as_of,
        lapses=sums.free if ended else None,
    )


def all_pot_figures(session: Session, as_of: date) -> list[PotFigures]:
    """Of the pots granted by then: one granted later is no part of what was to be told of that day."""
    granted = set(session.scalars(select(Movement.pot_id).where(Movement.at < end_of(as_of)).distinct()))
    return [pot_figures(session, pot, as_of) for pot in all_pots(session) if pot.id in granted]


def order_figures(session: Session, from_: date, to: date) -> OrderFigures:
    before = end_of(to)
    last = (
        select(OrderStep.order_id, func.max(OrderStep.serial).label("serial"))
        .where(OrderStep.at < before)
        .group_by(OrderStep.order_id)
        .subquery()
    )
    statement = (
        select(Order.language, Order.occasion, Order.job_kind, Order.requester_town, OrderStep.state, OrderStep.code)
        .join(last, last.c.order_id == Order.id)
        .join(OrderStep, OrderStep.serial == last.c.serial)
        .where(Order.requested_at >= end_of(from_ - timedelta(days=1)), Order.requested_at < before)
    )
    rows = session.execute(statement).all()
    unmet = Counter((row.code, row.language, row.occasion, row.requester_town) for row in rows if row.state in UNMET)
    return OrderFigures(
        total=len(rows),
        by_state=_counted(row.state for row in rows),
        by_language=_counted(row.language for row in rows),
        by_occasion=_counted(row.occasion for row in rows),
        by_job_kind=_counted(row.job_kind for row in rows),
        unmet=tuple(UnmetFigure(*key, count) for key, count in sorted(unmet.items())),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _by_job_kind(session: Session, pot_id: str, before: datetime) -> dict[str, JobKindFigures]:
    statement = (
        select(
            Order.job_kind,
            func.count(func.distinct(Order.id)),
            func.sum(Movement.committed),
            func.sum(Movement.invoiced),
            func.sum(Movement.paid),
        )
        .select_from(Movement)
        .join(Order, Order.id == Movement.order_id)
        .where(Movement.pot_id == pot_id, Movement.at < before)
        .group_by(Order.job_kind)
        .order_by(Order.job_kind)
    )
    rows = session.execute(statement)
    return {kind: JobKindFigures(orders, committed, invoiced + paid) for kind, orders, committed, invoiced, paid in rows}


def _without_case_link(session: Session, pot_id: str, before: datetime) -> int:
    statement = (
        select(func.count(func.distinct(Order.id)))
        .select_from(Movement)
        .join(Order, Order.id == Movement.order_id)
        .where(
            Movement.pot_id == pot_id,
            Movement.at < before,
            Movement.kind == MovementKind.COMMITMENT.value,
            Order.case_number.is_(None),
        )
    )
    return session.scalar(statement) or 0
