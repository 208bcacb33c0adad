"""How much of a pot will be used by the end of its period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kim_runtime.columns import cents

from kim_interpreting.rules.ledger import NOTHING, Sums


def used_by_period_end(sums: Sums, period_from: date, period_to: date, as_of: date) -> Decimal:
    """Paid, invoiced and committed so far, plus what the days left cost at the same pace; at most the whole budget. Euro.

    The pace is what was used a day from the period's first day to `as_of`, both included. Before the period nothing is forecast
    beyond what is used already.
    """
    elapsed = (min(as_of, period_to) - period_from).days + 1
    if elapsed <= 0:
        return sums.used
    left = max(0, (period_to - as_of).days)
    pace = sums.used / elapsed
    return max(NOTHING, min(sums.budget, cents(sums.used + pace * left)))
