"""What a month comes to, for the organisation that composes the common report."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from kim_statistics.figures import Figure
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
