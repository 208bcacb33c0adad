"""The JSON door, as programs use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_casework.model.case import Case
from kim_casework.operations.household import HouseholdPerson
from kim_runtime.act import Actor
from web.signed_in import bearer

ADMIT = {"criteria": ["many_actors", "voluntary"], "reasoning": "Viele Stellen, keine Übersicht.", "name": "Zahra Azizi"}


@pytest.fixture
def call(application: Flask, casework: Any, browse: Callable[..., FlaskClient], actors: dict[str, Actor]) -> Callable[..., Any]:
    """Call the door as an actor known by a bearer token."""
    browse(casework, "kowalczyk")
    client = application.test_client()

    def call_it(method: str, path: str, who: str = "kowalczyk", expected: int = 200, **values: Any) -> Any:
        answer = client.open(path, method=method, headers=bearer(application, actors[who]), **values)
        assert answer.status_code == expected, answer.text
        return answer.json

    return call_it


def test_a_case_is_opened_moved_noted_and_closed(call: Callable[..., Any]) -> None:
    case = call("POST", "/api/cases/", expected=201, json={**ADMIT, "household": [{"name": "Farid", "birth_year": 2003}]})
    assert (case["number"], case["phase"], [person["name"] for person in case["persons"]]) == (
        "2022-0001",
        "intake",
        ["Zahra Azizi", "Farid"],
    )
    assert call("POST", "/api/cases/phases", json={"case_id": case["id"], "phase": "assessment"})["phase"] == "assessment"
    note = {"case_id": case["id"], "kind": "phone", "minutes": 15, "text": "Termin am Montag."}
    assert call("POST", "/api/contacts/", expected=201, json=note)["follow_up"] is True
    assert len(call("GET", f"/api/contacts/?case={case['id']}")["items"]) == 1
    call("POST", "/api/cases/persons", json={"case_id": case["id"], "name": "Mina"})
    assert call("POST", "/api/cases/closings", json={"case_id": case["id"], "reason": "moved_away"})["kept_until_before"] == "2026-01-01"
    assert call("POST", "/api/cases/reopenings", json={"case_id": case["id"], "sentence": "Wieder da."})["state"] == "open"
    call("POST", "/api/cases/assignments", expected=403, json={"case_id": case["id"], "responsible": "breuer"})
    assert (
        call("POST", "/api/cases/assignments", "thelen", json={"case_id": case["id"], "responsible": "breuer"})["responsible"] == "breuer"
    )
    call("GET", f"/api/cases/{case['id']}", expected=404)


def test_lists_come_in_pages_and_show_own_cases_only(casework: Any, call: Callable[..., Any], admit: Callable[..., Case]) -> None:
    for _ in range(3):
        admit(casework, household=(HouseholdPerson("Mina"),))
    admit(casework, by="breuer")
    first = call("GET", "/api/cases/?limit=2")
    rest = call("GET", f"/api/cases/?limit=2&cursor={first['next']}")
    assert [case["number"] for case in first["items"] + rest["items"]] == ["2022-0001", "2022-0002", "2022-0003"]
    assert rest["next"] is None
    assert call("GET", "/api/cases/?state=closed")["items"] == []


def test_a_refusal_is_a_problem_with_its_code_and_field(call: Callable[..., Any]) -> None:
    said = call("POST", "/api/cases/", expected=409, json={**ADMIT, "criteria": ["many_actors"]})
    assert (said["code"], said["status"]) == ("not_voluntary", 409)
    wrong = call("POST", "/api/contacts/", expected=422, json={"case_id": "c", "kind": "smoke_signal", "minutes": "viele"})
    assert {fault["field"] for fault in wrong["errors"]} == {"kind", "minutes"}


def test_an_order_is_placed_seen_and_withdrawn(call: Callable[..., Any]) -> None:
    wanted = {
        "job_kind": "phone", "occasion": "authority", "language": "prs", "service_date": "2022-06-01", "decides_something": False,
        "desk": "Infopunkt", "requester_town": "05334002", "minutes": 30,
    }  # fmt: skip
    order = call("POST", "/api/orders/", expected=201, json=wanted)
    assert call("GET", f"/api/orders/{order['id']}")["state"] == "requested"
    call("GET", f"/api/orders/{order['id']}", "breuer", expected=404)
    assert call("POST", "/api/orders/withdrawals", json={"order_id": order["id"]})["state"] == "withdrawn"
    assert [one["number"] for one in call("GET", "/api/orders/?state=withdrawn")["items"]] == ["D-2022-0001"]


def test_proposals_are_listed_and_declined(call: Callable[..., Any]) -> None:
    assert call("GET", "/api/proposals/?state=waiting") == {"items": [], "next": None}
    call("POST", "/api/proposals/declinings", expected=404, json={"proposal_id": "p-1", "reason": "no_capacity"})


def test_statistics_are_for_those_who_read_them(casework: Any, call: Callable[..., Any], admit: Callable[..., Case]) -> None:
    admit(casework)
    casework.clock.set(datetime(2022, 8, 16, 7, tzinfo=UTC))
    period = "from=2022-03-01&to=2022-08-15"
    figures = call("GET", f"/api/statistics?{period}", "wirtz")
    assert (figures["cases"]["opened"], figures["persons_in_cases"], figures["period"]["to"]) == (1, 1, "2022-08-15")
    assert figures["counting_rules"]["cases.opened"]["en"].startswith("Cases newly opened")
    call("GET", f"/api/statistics?{period}", "kowalczyk", expected=403)
    call("GET", "/api/statistics?from=2022-08-15&to=2022-03-01", "wirtz", expected=409)
    call("GET", "/api/statistics?from=2022-05-10&to=2022-05-10", "wirtz", expected=409)
    call("GET", "/api/statistics?from=morgen&to=2022-03-01", "wirtz", expected=422)


def test_a_step_is_ticked_off_and_the_house_is_arranged_by_a_program(call: Callable[..., Any]) -> None:
    case = call("POST", "/api/cases/", expected=201, json=ADMIT)["id"]
    noted = {"case_id": case, "kind": "phone", "minutes": 15, "text": "Angerufen.", "next_step": "anrufen", "next_step_on": "2022-05-12"}
    call("POST", "/api/contacts/", expected=201, json=noted)
    (step,) = call("GET", f"/api/steps/?case={case}")["items"]
    assert (step["what"], step["done_on"]) == ("anrufen", None)
    call("GET", f"/api/steps/?case={case}", "breuer", 404)
    call("POST", "/api/steps/done", "breuer", 404, json={"step_id": step["id"]})
    assert call("POST", "/api/steps/done", json={"step_id": step["id"]})["done_on"] == "2022-05-10"
    assert call("GET", f"/api/steps/?case={case}")["items"] == []
    new = {"member": "neu", "name": "Neue Kollegin", "reference": "p-77", "manages_cases": True}
    call("POST", "/api/house/introductions", expected=403, json=new)
    call("POST", "/api/house/introductions", "thelen", json=new)
    assert "neu" in [one["id"] for one in call("GET", "/api/house/staff", "thelen")["items"]]
    given = call("POST", "/api/cases/reassignments", "thelen", json={"case_ids": [case], "responsible": "neu"})
    assert [one["responsible"] for one in given["items"]] == ["neu"]
    site = {"site": "roetgen", "name": "Rathaus", "municipality": "05334024"}
    assert call("POST", "/api/house/sites/names", "thelen", json=site)["id"] == "roetgen"
    assert "roetgen" in [one["id"] for one in call("GET", "/api/house/sites", "thelen")["items"]]
