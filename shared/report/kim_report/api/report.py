"""`GET /api/report`: the report of a period. `GET /api/report/frozen` and `/api/report/frozen/<number>`: the frozen ones."""

from __future__ import annotations

from typing import Any

from flask import abort
from flask.views import MethodView
from kim_events.fields import Day, Moment
from kim_web.json_door import JsonDoor
from kim_web.policy import may
from kim_web.traffic import onward
from marshmallow import Schema, fields

from kim_report.compose import Report
from kim_report.frozen import Changed, Frozen, load, numbers
from kim_report.here import composed, desk

api = JsonDoor("report", __name__, description="The progress report (Sachstandsbericht), composed from the services' statistics.")


class PeriodQuery(Schema):
    """The period of a report, both days included."""

    from_ = Day(data_key="from", load_default=None, allow_none=True, metadata={"description": "first day"})
    to = Day(load_default=None, allow_none=True, metadata={"description": "last day"})


class ReportAnswer(Schema):
    """A report: chapters of figures, each as the service that counted it told it."""

    organisation = fields.String(required=True)
    period = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    composed_at = fields.String(required=True)
    sources = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    chapters = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)


class FrozenEntry(Schema):
    """A frozen report without its figures."""

    number = fields.String(required=True)
    frozen_at = Moment(required=True)
    frozen_by = fields.String(required=True)
    period = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class FrozenList(Schema):
    items = fields.List(fields.Nested(FrozenEntry), required=True)
    next = fields.String(allow_none=True)


class DifferenceAnswer(Schema):
    """One figure that reads otherwise now."""

    path = fields.String(required=True)
    then = fields.String(allow_none=True)
    now = fields.String(allow_none=True)


class FrozenAnswer(FrozenEntry):
    """A frozen report, and what reads otherwise now; null to whom live figures are not told."""

    report = fields.Nested(ReportAnswer, required=True)
    differences = fields.List(fields.Nested(DifferenceAnswer), required=True, allow_none=True)


HEAD = ("organisation", "period", "composed_at", "sources")


def as_answer(report: Any) -> Report:
    """The report with its chapters under one key."""
    return {**{key: report[key] for key in HEAD}, "chapters": {key: value for key, value in report.items() if key not in HEAD}}


def _entry(frozen: Frozen) -> dict[str, Any]:
    return {"number": frozen.number, "frozen_at": frozen.frozen_at, "frozen_by": frozen.frozen_by, "period": frozen.report["period"]}


@api.route("")
class OneReport(MethodView):
    @api.guard("report.see")
    @api.arguments(PeriodQuery, location="query")
    @api.response(200, ReportAnswer)
    @api.alt_response(409, response="CONFLICT")
    def get(self, asked: dict[str, Any]) -> Report:
        """The report of a period; a source that does not answer is marked as missing. Casework and intake are of whole halves of months."""
        usual = desk().usual_period()
        first, last = asked["from_"] or usual.first, asked["to"] or usual.last
        return as_answer(composed(desk().period(first, last)))


@api.route("/frozen")
class FrozenReports(MethodView):
    @api.guard("report.read_frozen")
    @api.response(200, FrozenList)
    def get(self) -> dict[str, Any]:
        """Every frozen report, oldest first."""
        return {"items": [_entry(frozen) for frozen in desk().frozen()], "next": None}


@api.route("/frozen/<number>")
class OneFrozenReport(MethodView):
    @api.guard("report.read_frozen")
    @api.response(200, FrozenAnswer)
    @api.alt_response(404, response="NOT_FOUND")
    def get(self, number: str) -> dict[str, Any]:
        """A frozen report, and what was entered since for who may read the figures of any period (`report.see`)."""
        if number not in numbers(desk().settings.reports):
            abort(404)
        try:
            frozen = load(desk().settings.reports, number)
        except Changed:
            abort(409, description="this report's file was altered after it was frozen")
        since = desk().since(frozen, onward()) if may("report.see") else None
        return {**_entry(frozen), "report": as_answer(frozen.report), "differences": since}
