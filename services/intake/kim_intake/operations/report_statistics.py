"""Report a month's aggregates to the organisation that composes the common report."""

from __future__ import annotations

from datetime import date, timedelta

from kim_runtime.act import Act
from kim_statistics.model import ReportedMonth
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_intake.operations.count_statistics import month_figures


def report_statistics(session: Session, act: Act, month: str | None = None) -> ReportedMonth | None:
    """Report `month` (`2022-07`; None: the month before); told again only when a figure has changed.

    None where this organisation composes the report itself or has nobody to tell.
    """
    month = month or month_before(act.today)
    coordinator = session.info["coordinator"]
    if not coordinator or coordinator == act.organisation:
        return None
    return report_month(session, act, month, month_figures(session, month), coordinator)


def report_month_before(session: Session, act: Act) -> None:
    """The daily chore: what was entered late in the new month corrects the month before."""
    report_statistics(session, act)


def month_before(day: date) -> str:
    """`2022-07` on any day of August 2022."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
