"""Metrics are named and explained as Prometheus asks for, and their labels stay few."""

from __future__ import annotations

import re

import pytest
from kim_tools.generated.metrics import metrics_of
from kim_tools.tree import libraries, services
from servers import promtool
from servers.ladder import Missing

DECLARED = [metric for package in [*libraries(), *services()] for _, metric in metrics_of(f"kim_{package}")]
LABELS = {"mailbox", "name", "reason", "outcome", "loop", "service", "method", "route", "status"}
UNITS = ("ms", "millis", "milliseconds", "minutes", "min", "hours", "days", "kb", "kilobytes", "mb", "percent", "sec", "secs")
every_metric = pytest.mark.parametrize("metric", DECLARED, ids=lambda metric: metric._name)


@every_metric
def test_a_name_is_snake_case_of_this_suite_in_base_units_and_without_its_kind(metric):
    assert re.fullmatch(r"kim_[a-z]+(_[a-z]+)+", metric._name)
    assert not set(metric._name.split("_")) & {*UNITS, "counter", "gauge", "histogram", "count", "sum", "bucket", "total", "info"}
    if metric._type == "histogram":
        assert metric._name.endswith("_seconds")


@every_metric
def test_a_help_text_says_more_than_the_name(metric):
    assert len(metric._documentation.split()) >= 2
    assert metric._documentation.replace(" ", "_").lower() != metric._name


def test_the_bus_and_the_web_door_use_labels_that_stay_few():
    """Of the services' own metrics each label is a code of that service."""
    shared = [metric for package in libraries() for _, metric in metrics_of(f"kim_{package}")]
    assert set().union(*(metric._labelnames for metric in shared)) <= LABELS
    assert not {"event_id", "subject", "id", "person", "actor"} & set().union(*(metric._labelnames for metric in DECLARED))


@pytest.fixture
def checked():
    try:
        promtool.find()
    except Missing as missing:
        pytest.skip(str(missing))
    return promtool.faults


@pytest.mark.slow
def test_promtool_finds_what_is_wrong(checked):
    assert checked("# HELP kim_tries Tries.\n# TYPE kim_tries counter\nkim_tries 1\n")


@pytest.mark.slow
def test_promtool_finds_no_fault_with_what_a_web_process_shows(checked, app):
    for metric in DECLARED:
        if metric._labelnames:
            metric.labels(*("x" for _ in metric._labelnames))
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "kim_web_requests_total" in answer.text
    assert checked(answer.text) == []
