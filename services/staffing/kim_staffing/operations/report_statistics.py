"""Report the aggregates of the month before to the organisation that composes the common report."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from kim_runtime.act import Act
from kim_statistics.figures import Figure
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_staffing.model.statistics import staffing_figures


def report_statistics(session: Session, act: Act, month: str | None = None) -> None:
    """Report `month` (`2022-07`; None: the month before). A house that composes the report itself, or has nobody to tell, says nothing."""
    coordinator = session.info["coordinator"]
    if not coordinator or coordinator == act.organisation:
        return
    month = month or f"{act.today.replace(day=1) - timedelta(days=1):%Y-%m}"
    report_month(session, act, month, month_figures(session, month), coordinator)


def month_figures(session: Session, month: str) -> list[Figure]:
    """Posts, FTE and heads on the last day of a month: no person, no contract."""
    year, number = int(month[:4]), int(month[5:])
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    totals = staffing_figures(session, first, last)["totals"]
    return [
        Figure("posts", value=totals["posts"]),
        Figure("people", value=totals["people"]),
        Figure("fte-established", value=Decimal(totals["established_fte"])),
        Figure("fte-held", value=Decimal(totals["fte"])),
    ]
