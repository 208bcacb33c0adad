"""Statistics of a period."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor, Period
from kim_web.page import see

from kim_staffing.api.schemas import StatisticsSchema
from kim_staffing.operations.count_statistics import count_statistics

api = JsonDoor("statistics", __name__, description="Figures for the progress report, counted from rows.")


@api.route("")
class Statistics(MethodView):
    @api.guard("statistics.read")
    @api.arguments(Period, location="query")
    @api.response(200, StatisticsSchema)
    @api.alt_response(409, response="CONFLICT")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Posts, FTE and heads as of the end of `to`; extensions of contracts that ended in the period."""
        with see() as (session, _act):
            return count_statistics(session, query["from_"], query["to"])
