"""Statistics: aggregates by month for the common report, small cells suppressed before they leave the house."""

from marshmallow import fields

from kim_events.event_type import Audience, EventData, EventType, Kind, Sensitivity
from kim_events.fields import Id, StrictInt, Text

SERVICES = ("intake", "casework", "interpreting", "staffing")


class Figure(EventData):
    """One figure: `consultations`, by `site`, key `aachen-arkaden`. A suppressed one has no value."""

    name = Id(required=True)
    by = Id(allow_none=True, load_default=None)
    key = Text(allow_none=True, load_default=None, longest=80)
    value = Text(allow_none=True, load_default=None, longest=20, metadata={"description": "decimal text; absent when suppressed"})


class StatisticsReportedData(EventData):
    """An organisation reports a month's aggregates to the organisation that composes the common report."""

    month = Text(required=True, longest=7, metadata={"description": "2022-07"})
    suppressed_below = StrictInt(required=True, metadata={"description": "cells smaller than this have no value"})
    figures = fields.List(fields.Nested(Figure), required=True)


STATISTICS_REPORTED = EventType(
    "statistics", "reported", SERVICES, SERVICES, Kind.STATE, Audience.NETWORK, Sensitivity.NONE, StatisticsReportedData,
    {
        "month": "2022-07", "suppressed_below": 3,
        "figures": [{"name": "cases-open", "by": None, "key": None, "value": "12"},
                    {"name": "cases-open", "by": "phase", "key": "planning", "value": None}],
    },
    "2022-03",
)  # fmt: skip
TYPES = (STATISTICS_REPORTED,)
