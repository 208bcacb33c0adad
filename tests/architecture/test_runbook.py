"""Whatever can ring and every reason the bus can give has a line in the runbook, and no line outlives what it explains."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import kim_bus
import pytest
from kim_bus import worker
from kim_bus.transports.interface import Outcome
from kim_tools.generated.metrics import _name, metrics_of
from kim_tools.tree import ROOT

BUS = Path(kim_bus.__file__).parent
RUNBOOK = (ROOT / "docs/operations/runbook.md").read_text(encoding="utf-8")
CODE = re.compile(r"^\| `([A-Za-z_]+)` \|", re.MULTILINE)


def section(title: str) -> str:
    return RUNBOOK.partition(f"## {title}\n")[2].partition("\n## ")[0]


def refusals() -> set[str]:
    """The codes in the calls of `_Reject` in the inspection, without what follows a colon."""
    tree = ast.parse((BUS / "inspection.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_Reject"]
    return {ast.unparse(call.args[0]).strip("f'\"").partition(":")[0] for call in calls}


def parking_reasons() -> set[str]:
    """The worker's own codes, those its faults and what people do leave behind."""
    codes = {value for name, value in vars(worker).items() if name.isupper() and isinstance(value, str)} - {"new", "done", "parked"}
    tree = ast.parse((BUS / "worker.py").read_text(encoding="utf-8"))
    handlers = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple)]
    classes = {ast.unparse(one) for handler in handlers for one in handler.elts}
    return codes | {"data" if name == "ValidationError" else name for name in classes} | {"discarded"}


def test_every_reason_of_a_refusal_has_a_line_and_no_other():
    assert len(refusals()) > 10
    assert set(CODE.findall(section("Why a delivery was refused"))) == refusals()


def test_every_reason_why_an_event_waits_has_a_line_and_no_other():
    assert {"unknown_type", "CannotOpen", "data"} <= parking_reasons()
    assert set(CODE.findall(section("Why an event is parked, or waits"))) == parking_reasons()


def test_every_outcome_of_a_delivery_that_failed_has_a_line_and_no_other():
    failed = {outcome.value for outcome in Outcome if outcome is not Outcome.CONFIRMED}
    assert set(CODE.findall(section("Why an event is stuck on its way out"))) == failed


@pytest.mark.parametrize("metric", [_name(metric) for _, metric in metrics_of("kim_bus")])
def test_every_figure_of_the_bus_is_explained(metric):
    assert f"`{metric}`" in section("Alarms")


@pytest.mark.parametrize("metric", [_name(metric) for _, metric in metrics_of("kim_audit")])
def test_every_figure_of_the_audit_is_explained(metric):
    assert f"`{metric}`" in section("Alarms of the audit")


def test_no_figure_is_explained_that_is_not_there():
    named = set(re.findall(r"`(kim_[a-z_]+)`", section("Alarms")))
    tables = {"kim_refused", "kim_interventions"}
    assert named - tables <= {_name(metric) for _, metric in metrics_of("kim_bus")}
