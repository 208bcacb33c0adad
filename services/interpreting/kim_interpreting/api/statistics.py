"""Statistics of a period."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_runtime.refusal import Refused
from kim_web.json_door import JsonDoor
from kim_web.page import see

from kim_interpreting.api.schemas import PeriodQuery, StatisticsSchema
from kim_interpreting.operations.count_statistics import count_statistics

api = JsonDoor("statistics", __name__, description="Figures for the progress report, counted from rows.")


@api.route("")
class Statistics(MethodView):
    @api.guard("statistics.read")
    @api.arguments(PeriodQuery, location="query")
    @api.response(200, StatisticsSchema)
    @api.alt_response(409, response="CONFLICT")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Pots as they stood at the end of the period, and the orders requested in it."""
        if query["to"] < query["from_"]:
            raise Refused("period_reversed", "Der Zeitraum endet vor seinem Anfang.", "to")
        with see() as (session, _act):
            return count_statistics(session, query["from_"], query["to"])
