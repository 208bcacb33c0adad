"""Statistics of a period."""

from __future__ import annotations

from kim_statistics.api import statistics_door

from kim_staffing.api.schemas import StatisticsSchema
from kim_staffing.operations.count_statistics import count_statistics

api = statistics_door(
    __name__,
    StatisticsSchema,
    lambda session, _act, first, last: count_statistics(session, first, last),
    "Posts, FTE and heads as of the end of `to`; extensions of contracts that ended in the period.",
)
