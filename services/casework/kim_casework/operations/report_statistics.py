"""Report a month's aggregates to the organisation that composes the common report."""

from __future__ import annotations

from kim_runtime.act import Act
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_casework.operations.count_statistics import month_figures


def report_month_before(session: Session, act: Act) -> None:
    """The daily chore: what was entered late in the new month corrects the month before."""
    report_month(session, act, month_figures)
