"""What a month comes to, for the organisation that composes the common report."""

from __future__ import annotations

from datetime import date, timedelta

from kim_statistics.figures import Figure
from sqlalchemy.orm import Session

from kim_interpreting.model.figures import all_pot_figures, order_figures


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
