"""Report the aggregates of the month before to the organisation that composes the common report."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from kim_runtime.act import Act
from kim_statistics.figures import Figure
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_staffing.model.statistics import staffing_figures


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


def report_month_before(session: Session, act: Act) -> None:
    """The daily chore: what was entered late in the new month corrects the month before."""
    report_month(session, act, month_figures)
