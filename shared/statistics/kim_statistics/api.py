"""The resource by which the progress report and the house's own programs read a service's figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask.views import MethodView
from kim_runtime.act import Act
from kim_web.json_door import JsonDoor, Period
from kim_web.page import see
from marshmallow import Schema
from sqlalchemy.orm import Session

Count = Callable[[Session, Act, date, date], Mapping[str, Any]]


def statistics_door(import_name: str, answer: type[Schema], count: Count, of: str) -> JsonDoor:
    """`/api/statistics`: what `count` counts of a period, both its days included. `of` says in a sentence what that is."""
    api = JsonDoor("statistics", import_name, description="Figures for the progress report, counted from rows.")

    class Statistics(MethodView):
        @api.guard("statistics.read")
        @api.arguments(Period, location="query")
        @api.response(200, answer)
        @api.alt_response(409, response="CONFLICT")
        def get(self, query: dict[str, Any]) -> Mapping[str, Any]:
            with see() as (session, act):
                return count(session, act, query["from_"], query["to"])

    Statistics.get.__doc__ = of
    api.route("")(Statistics)
    return api
