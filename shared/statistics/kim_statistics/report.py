"""Tell a month's aggregates to the organisation that composes the common report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from kim_bus.outbox import emit
from kim_runtime.act import Act
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_statistics.figures import SMALLEST_TOLD, Figure, suppress
from kim_statistics.model import ReportedMonth

REPORTED = "statistics.reported.v1"


MonthFigures = Callable[[Session, str], Iterable[Figure]]


def report_month(session: Session, act: Act, month_figures: MonthFigures, month: str | None = None) -> ReportedMonth | None:
    """Report `month` ("2022-07"; None: the month before today's), small cells suppressed.

    Told again with a higher version only when something has changed. None, and nothing is counted or told, where this organisation
    composes the report itself or has nobody to tell (`session.info["coordinator"]`).
    """
    coordinator = session.info["coordinator"]
    if not coordinator or coordinator == act.organisation:
        return None
    month = month or month_before(act.today)
    figures = month_figures(session, month)
    told = [_as_told(figure) for figure in suppress(figures)]
    query = select(ReportedMonth).where(ReportedMonth.month == month).with_for_update()
    reported = session.scalars(query).one_or_none()
    if reported is None:
        reported = ReportedMonth(month=month, version=0, figures=[], reported_at=act.at)
        session.add(reported)
    elif reported.figures == told:
        return reported
    reported.version += 1
    reported.figures = told
    reported.reported_at = act.at
    session.flush()
    data = {"month": month, "suppressed_below": SMALLEST_TOLD, "figures": told}
    emit(session, act, REPORTED, subject=month, version=reported.version, data=data)
    return reported


def month_before_reported(month_figures: MonthFigures) -> Callable[[Session, Act], None]:
    """A daily chore that reports the month before: what was entered late in the new month corrects it."""

    def report(session: Session, act: Act) -> None:
        report_month(session, act, month_figures)

    return report


def month_before(day: date) -> str:
    """`2022-07` on any day of August 2022."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def _as_told(figure: Figure) -> dict[str, Any]:
    value = None if figure.value is None else str(figure.value)
    return {"name": figure.name, "by": figure.by, "key": figure.key, "value": value}
