"""The figures of staffing, as its description says them."""

from __future__ import annotations

from flask import Flask
from kim_staffing.api.schemas import StatisticsSchema
from kim_web.openapi import openapi


def test_the_description_allows_the_figures_of_each_own_employer_by_its_id(app: Flask) -> None:
    described = openapi(app)["components"]["schemas"]["Statistics"]
    assert described["additionalProperties"] is True
    told = dict.fromkeys(described["properties"], None)
    assert "staedteregion-aachen" in StatisticsSchema().dump({**told, "staedteregion-aachen": {"case_management": {"fte": "6.0"}}})
