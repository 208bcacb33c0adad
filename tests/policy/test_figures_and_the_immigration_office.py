"""No figure measures a colleague, and no door is made for the immigration office (what it is sent: `tests/bus/test_topology.py`)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kim_runtime.act import Actor
from policy.conftest import SERVICES, US
from policy.test_things_of_others import ARKADEN_DESK, COLLEAGUE, MARK, OWNER, casework, intake  # noqa: F401 — fixtures

TOPOLOGY = tomllib.loads((Path(__file__).parents[2] / "deploy/rabbitmq/topology.toml").read_text(encoding="utf-8"))
READER = Actor("leserin", "Leserin", US, frozenset({"report_reader"}))
YEAR = "/api/statistics?from=2022-01-01&to=2022-12-31"


@pytest.mark.parametrize("name", ["casework", "intake"])
def test_the_figures_name_no_colleague_and_no_client(request, signed_in, houses, name):
    app = request.getfixturevalue(name)[0]
    houses.clock.set(datetime(2022, 12, 31, 12, tzinfo=UTC))  # the month of one colleague's work is over
    answer = signed_in(app, READER)("GET", YEAR)
    assert answer.status_code == 200
    counted = answer.json["cases"]["opened"] if name == "casework" else answer.json["consultations"]["case_management"]["total"]
    assert counted == 1
    for said in (OWNER.id, OWNER.name, COLLEAGUE.id, ARKADEN_DESK.id, ARKADEN_DESK.name, MARK, "Beispiel"):
        assert said not in answer.text


def offices() -> set[str]:
    return {each["id"] for each in TOPOLOGY["organisations"] if each["kind"] == "immigration_office"}


def test_the_immigration_office_runs_no_case_management():
    assert offices()
    assert all("casework" not in each["runs"] for each in TOPOLOGY["organisations"] if each["id"] in offices())


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_role_of_an_office_is_in_any_table(application, name):
    roles = set().union(*application(name).extensions["kim_web"].doors.permissions.values())
    assert {role for role in roles if "office" in role} <= {"budget_officer"}
    assert roles
