"""Report a month's aggregates to the organisation that composes the common report."""

from __future__ import annotations

from datetime import date, timedelta

from kim_runtime.act import Act
from kim_statistics.figures import Figure
from kim_statistics.model import ReportedMonth
from kim_statistics.report import report_month
from sqlalchemy.orm import Session

from kim_interpreting.model.figures import all_pot_figures, order_figures


def report_statistics(session: Session, act: Act, month: str | None = None) -> ReportedMonth | None:
    """Report `month` (`2022-07`; None: the month before); told again only when a figure has changed.

    None where this organisation composes the report itself or has nobody to tell.
    """
    month = month or month_before(act.today)
    return report_month(session, act, month, month_figures(session, month), session.info["coordinator"])


def report_month_before(session: Session, act: Act) -> None:
    """The daily chore: what was entered late in the new month corrects the month before."""
    report_statistics(session, act)


def month_figures(session: Session, month: str) -> list[Figure]:
    """Orders requested in the month, and how the pots stood at its end, in euro."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    orders = order_figures(session, first, last)
    figures = [Figure("orders", value=orders.total)]
    for by, counted in (("state", orders.by_state), ("language", orders.by_language), ("occasion", orders.by_occasion)):
        figures += [Figure("orders", by, key, count) for key, count in counted.items()]
    for pot in all_pot_figures(session, last):
        figures += [
            Figure("pot-budget", "pot", pot.id, pot.sums.budget),
            Figure("pot-committed", "pot", pot.id, pot.sums.committed),
            Figure("pot-spent", "pot", pot.id, pot.sums.invoiced + pot.sums.paid),
        ]
    return figures


def month_before(day: date) -> str:
    """`2022-07` on any day of August 2022."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
