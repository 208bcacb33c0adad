"""Statistics of a period."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from kim_web.json_door import JsonDoor, Period
from kim_web.page import see

from kim_intake.api.schemas import StatisticsSchema
from kim_intake.operations.count_statistics import count_statistics

api = JsonDoor("statistics", __name__, description="Figures for the progress report, counted from rows.")


@api.route("")
class Statistics(MethodView):
    @api.guard("statistics.read")
    @api.arguments(Period, location="query")
    @api.response(200, StatisticsSchema)
    @api.alt_response(409, response="CONFLICT")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Consultations, hand-overs, proposals and referrals of the halves of months from one business day to another, both included."""
        with see() as (session, act):
            return count_statistics(session, query["from_"], query["to"], act.today)
