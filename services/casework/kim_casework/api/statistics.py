"""Statistics of a period."""

from __future__ import annotations

from kim_statistics.api import statistics_door

from kim_casework.api.schemas import StatisticsSchema
from kim_casework.operations.count_statistics import count_statistics

api = statistics_door(
    __name__,
    StatisticsSchema,
    lambda session, act, first, last: count_statistics(session, first, last, act.today),
    "Admissions, cases, contacts, referrals and orders of the halves of months from one business day to another, both included.",
)
