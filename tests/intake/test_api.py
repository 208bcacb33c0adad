from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from intake.conftest import PEOPLE
from web.signed_in import bearer

FAMILY = {
    "id": "one", "site": "aachen-arkaden", "service": "case_management", "desk": 1, "persons_present": 5, "children": 3, "place": "52477",
    "origin": "UKR", "languages": ["ukr"], "topics": ["housing", "health"], "concern": "zwei Zimmer",
}  # fmt: skip


@pytest.fixture
def call(app: Flask) -> Callable[..., Any]:
    browser: FlaskClient = app.test_client()

    def send(method: str, path: str, actor: str = "aydin", **more: Any) -> Any:
        return browser.open(f"/api{path}", method=method, headers=bearer(app, PEOPLE[actor]), **more)

    return send


def test_a_consultation_is_recorded_once_and_read_back(call: Any) -> None:
    made = call("POST", "/consultations/", json=FAMILY)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/consultations/one")
    assert call("POST", "/consultations/", json={**FAMILY, "persons_present": 9}).json["persons_present"] == 5
    read = call("GET", "/consultations/one").json
    assert (read["town"], read["topics"], read["kind"], read["anonymous"]) == ("05334004", ["housing", "health"], "first", True)
    assert "concern" not in read
    listed = call("GET", "/consultations/?day=2022-05-10&site=aachen-arkaden&limit=1").json
    assert ([item["id"] for item in listed["items"]], listed["next"]) == (["one"], None)


def test_the_json_door_takes_codes_alone_and_names_every_fault(call: Any) -> None:
    wrong = {**FAMILY, "place": "als", "origin": "ukr", "languages": ["xx"], "topics": ["w"], "persons_present": 0, "name": "Anna"}
    answer = call("POST", "/consultations/", json=wrong)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert {fault["field"].split(".")[-2 if fault["field"][-1].isdigit() else -1] for fault in answer.json["errors"]} == {
        "place", "origin", "languages", "topics", "persons_present", "name",
    }  # fmt: skip


def test_a_refusal_is_a_problem_with_a_stable_code(call: Any) -> None:
    answer = call("POST", "/consultations/", json={**FAMILY, "children": 6})
    assert (answer.status_code, answer.json["code"]) == (409, "more_children_than_persons")
    assert call("GET", "/consultations/one").status_code == 404


def test_a_hand_over_is_made_listed_and_taken(call: Any) -> None:
    call("POST", "/consultations/", "lindner", json={**FAMILY, "service": "school_entry"})
    made = call(
        "POST", "/hand-overs/", "lindner", json={"id": "over", "consultation_id": "one", "to": "case_management", "topics": ["housing"]}
    )
    assert (made.status_code, made.json["state"]) == (201, "waiting")
    waiting = call("GET", "/hand-overs/?site=aachen-arkaden&service=case_management").json["items"]
    assert [(each["id"], each["persons"], each["languages"], each["topics"]) for each in waiting] == [("over", 5, ["ukr"], ["housing"])]
    assert call("PUT", "/hand-overs/over/taken").json["state"] == "taken"
    assert call("PUT", "/hand-overs/over/taken", "haddad").status_code == 409
    assert call("GET", "/hand-overs/over").json["answered_at"].startswith("2022-05-10T07:00:00")


def test_a_proposal_needs_a_known_person(call: Any) -> None:
    answer = call(
        "POST", "/proposals/", json={"client_id": "nobody", "site": "aachen-arkaden", "need": "Wohnung", "consent_given_on": "2022-05-10"}
    )
    assert (answer.status_code, answer.json["code"]) == (404, "no_such_client")
    assert call("GET", "/proposals/").json == {"items": [], "next": None}


def test_sites_say_which_bodies_sit_under_one_roof(call: Any) -> None:
    listed = call("GET", "/sites/").json["items"]
    assert [site["id"] for site in listed] == ["aachen-arkaden", "rathaus-herzogenrath"]
    one = call("GET", "/sites/aachen-arkaden").json
    assert (one["case_management_desks"], [body["code"] for body in one["bodies"]][:3]) == (
        5,
        ["case_management", "school_entry", "health_kiosk"],
    )


def test_statistics_are_read_by_who_reports_and_not_by_everybody(call: Any, app: Flask) -> None:
    call("POST", "/consultations/", json=FAMILY)
    period = "/statistics?from=2022-03-01&to=2022-05-31"
    app.extensions["kim_web"].clock.set(datetime(2022, 6, 1, 10, tzinfo=UTC))  # of a site months are told that are over
    answer = call("GET", period, "wirtz")
    assert answer.json["consultations"]["case_management"]["by_site"]["aachen-arkaden"]["by_origin"]["UKR"] == 1
    assert call("GET", "/consultations/", "wirtz").status_code == 403
    assert app.test_client().get(f"/api{period}").status_code == 401
    assert call("GET", "/statistics?from=2022-05-10&to=2022-03-01", "wirtz").status_code == 409
    assert call("GET", "/statistics?from=gestern&to=2022-03-01", "wirtz").status_code == 422


def test_programs_arrange_a_site_and_say_how_a_body_is_doing(call: Any) -> None:
    placed = {"site": "rathaus-herzogenrath", "service": "other", "organisation": "sprungbrett", "name": "Sprungbrett"}
    assert call("POST", "/sites/bodies", json=placed).status_code == 403  # who sits there arranges nothing
    assert "sprungbrett" in [body["code"] for body in call("POST", "/sites/bodies", "wirtz", json=placed).json["bodies"]]
    named = call("POST", "/sites/names", "wirtz", json={"site": "rathaus-herzogenrath", "name": "Rathaus", "municipality": "05334016"}).json
    assert (named["name"], len(named["bodies"])) == ("Rathaus", len(call("GET", "/sites/rathaus-herzogenrath").json["bodies"]))
    said = {"site": "rathaus-herzogenrath", "body": "sprungbrett", "state": "full"}
    assert call("POST", "/sites/bodies/states", "haddad", json=said).json == {**said, "day": "2022-05-10"}
    left = call("POST", "/sites/bodies/removals", "wirtz", json={"site": "rathaus-herzogenrath", "code": "sprungbrett"}).json
    assert "sprungbrett" not in [body["code"] for body in left["bodies"]]


def test_what_was_slipped_is_put_right_and_who_came_is_found_again(call: Any) -> None:
    call("POST", "/consultations/", json=FAMILY)
    again = {key: value for key, value in FAMILY.items() if key != "id"} | {"consultation_id": "one"}
    assert call("POST", "/consultations/edits", json={**again, "persons_present": 6}).json["persons_present"] == 6
    assert call("POST", "/consultations/corrections", json={**again, "reason": "miscounted"}).json["persons_present"] == 5
    given = call("POST", "/consultations/codes", json={"consultation_id": "one"}).json
    named = {"site": FAMILY["site"], "name": "O. Beispiel", "consent_given_on": "2022-05-10", "code": given["code"]}
    assert call("POST", "/clients/", json={**named, "site": "rathaus-herzogenrath"}).json["code"] == "no_such_site"  # not hers
    kept = call("POST", "/clients/", json=named)
    assert (kept.status_code, kept.json) == (201, {"client": given["client"], "code": given["code"], "protected": False})
    linked = call("POST", "/consultations/links", json={"consultation_id": "one", "client_id": given["client"]}).json
    assert linked["anonymous"] is False
