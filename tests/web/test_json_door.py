"""The JSON door: problems with stable codes, and a description that tells the truth."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.refusal import Refused
from kim_web.json_door import Period
from kim_web.openapi import openapi
from web.conftest import Make

GOOD = {"id": "b1", "persons_present": 5, "town": "roetgen", "on": "2022-08-15", "amount": "12.50"}


def test_what_is_made_says_where_it_is(client: FlaskClient, token: dict[str, str]) -> None:
    made = client.post("/api/visits/", json=GOOD, headers=token)
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/visits/b1"
    assert made.json == {"id": "b1", "persons_present": 5, "town": "roetgen", "amount": "12.50"}
    assert client.get("/api/visits/b1", headers=token).json == made.json


def test_every_wrong_value_is_named(client: FlaskClient, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", json={"persons_present": 0, "town": "köln", "amount": 12.5, "colour": "red"}, headers=token)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json
    assert answer.json["type"] == "urn:kim:problem:invalid"
    assert {(fault["field"], fault["code"]) for fault in answer.json["errors"]} == {
        ("persons_present", "out_of_range"),
        ("town", "not_a_choice"),
        ("amount", "amount_not_text"),
        ("colour", "unknown_field"),
        ("on", "missing"),
    }


def test_messages_follow_the_language_asked_for(client: FlaskClient, token: dict[str, str]) -> None:
    german = client.post("/api/visits/", json={}, headers=token).json
    english = client.post("/api/visits/", json={}, headers={**token, "Accept-Language": "en"}).json
    assert german and german["errors"][0]["message"] == "Bitte ausfüllen."
    assert english and english["errors"][0]["message"] == "Please fill this in."


def test_a_refusal_is_a_problem_with_its_own_code(client: FlaskClient, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", json={**GOOD, "town": "monschau"}, headers=token)
    assert answer.status_code == 409
    assert answer.json == {
        "type": "urn:kim:problem:desk_closed",
        "title": "Conflict",
        "status": 409,
        "code": "desk_closed",
        "detail": "Die Stelle in Monschau ist bis 9,50 geschlossen.",
    }


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/visits/none", 404, "no_such_visit"),
        ("GET", "/api/nowhere", 404, "not_found"),
        ("PATCH", "/api/visits/", 405, "method_not_allowed"),
        ("GET", "/api/visits/?limit=999", 422, "invalid"),
    ],
)
def test_errors_are_problems(client: FlaskClient, method: str, address: str, status: int, code: str, token: dict[str, str]) -> None:
    answer = client.open(address, method=method, headers=token)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json and answer.json["code"] == code


def test_errors_keep_the_headers_they_need(client: FlaskClient, token: dict[str, str]) -> None:
    assert set(client.patch("/api/visits/", headers=token).headers["Allow"].split(", ")) >= {"GET", "POST"}
    assert client.get("/api/visits/").headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"null", b'"x"'])
def test_what_is_no_object_is_refused(client: FlaskClient, body: bytes, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", data=body, content_type="application/json", headers=token)
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "body", [b"[" * 50_000 + b"]" * 50_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b'{"id": ' + b"9" * 9_000 + b"}"]
)
def test_what_python_cannot_read_is_no_fault_of_the_service(client: FlaskClient, body: bytes, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", data=body, content_type="application/json", headers=token)
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_half_a_letter_in_a_name_is_refused_and_not_given_back(client: FlaskClient, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", data=b'{"\\udfff": "x"}', content_type="application/json", headers=token)
    assert answer.status_code == 422


@pytest.mark.parametrize("header", ["Basic \u00ff", "Bearer \u00ff", "Basic ====", "Bearer"])
def test_who_cannot_be_read_is_nobody(client: FlaskClient, header: str) -> None:
    assert client.get("/api/visits/", headers={"Authorization": header}).status_code == 401


def test_an_address_without_its_last_stroke_leads_on_within_the_house(client: FlaskClient) -> None:
    answer = client.get("/api/visits?limit=1", headers={"Host": "evil.example"})
    assert answer.status_code == 308
    assert answer.location == "/api/visits/?limit=1"


def test_too_much_at_once_is_refused(client: FlaskClient, token: dict[str, str]) -> None:
    answer = client.post("/api/visits/", json={"need": "x" * 2_000_000}, headers=token)
    assert answer.status_code == 413


@pytest.mark.slow
def test_the_description_is_valid(app: Flask) -> None:
    from openapi_spec_validator import validate  # builds grammars for seconds: not in each process

    validate(openapi(app))


def test_the_description_is_the_same_each_time(app: Flask, make: Make) -> None:
    document = openapi(app)
    assert document["openapi"] == "3.1.0"
    assert json.dumps(document) == json.dumps(openapi(make()))
    assert json.dumps(openapi(app)) == json.dumps(document)


def test_the_description_says_what_an_amount_is(app: Flask) -> None:
    amount = openapi(app)["components"]["schemas"]["RecordVisit"]["properties"]["amount"]
    assert amount["type"] == ["string", "null"]
    assert "pattern" in amount


def test_the_description_names_problems_security_and_action(app: Flask) -> None:
    record = openapi(app)["paths"]["/api/visits/"]["post"]
    assert record["x-kim-action"] == "visit.record"
    assert record["security"] == [{"bearer": []}]
    assert record["tags"] == ["visits"]
    refused = openapi(app)["components"]["responses"]["UNPROCESSABLE_ENTITY"]
    assert list(refused["content"]) == ["application/problem+json"]


def test_the_description_can_be_had_and_browsed(client: FlaskClient, app: Flask) -> None:
    assert client.get("/api/openapi.json").json == json.loads(json.dumps(openapi(app)))
    assert "swagger-ui" in client.get("/api/").text


def test_a_period_ends_after_it_begins() -> None:
    days = Period().load({"from": "2022-03-01", "to": "2022-03-01"})
    assert days["from_"] == days["to"]
    with pytest.raises(Refused) as refused:
        Period().load({"from": "2022-03-02", "to": "2022-03-01"})
    assert (refused.value.code, refused.value.field) == ("period_reversed", "to")
