"""Statistics of a period."""

from __future__ import annotations

from kim_statistics.api import statistics_door

from kim_interpreting.api.schemas import StatisticsSchema
from kim_interpreting.operations.count_statistics import count_statistics

api = statistics_door(
    __name__,
    StatisticsSchema,
    lambda session, _act, first, last: count_statistics(session, first, last),
    "Pots as they stood at the end of the period, and the orders requested in it.",
)
