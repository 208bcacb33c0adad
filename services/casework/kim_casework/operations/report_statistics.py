"""Report the aggregates of the month before to the organisation that composes the common report."""

from __future__ import annotations

from datetime import date, timedelta

from kim_runtime.act import Act
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_casework.operations.count_statistics import month_figures


def report_statistics(session: Session, act: Act, month: str | None = None) -> None:
    """Report `month` (`2022-07`; None: the month before). A house that composes the report itself, or has nobody to tell, says nothing."""
    coordinator = session.info["coordinator"]
    if not coordinator or coordinator == act.organisation:
        return
    month = month or month_before(act.today)
    report_month(session, act, month, month_figures(session, month), coordinator)


def month_before(day: date) -> str:
    """`2022-07` on any day of August 2022."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
