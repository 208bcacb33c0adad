"""Policy: every view names its action, and nobody does more than their roles allow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_web.json_door import JsonDoor
from kim_web.page import Pages
from kim_web.policy import PolicyMissing, unguarded
from web.conftest import ACTORS, Make
from web.sample.doors import DOORS
from web.signed_in import bearer, sign_in


def test_every_route_of_the_sample_has_a_policy(app: Flask) -> None:
    assert unguarded(app) == []


def test_a_page_without_a_policy_stops_the_application(make: Make) -> None:
    careless = Pages("careless", __name__)
    careless.get("/careless")(lambda: "")
    with pytest.raises(PolicyMissing, match=r"GET /careless \(careless.<lambda>\): no policy"):
        make(doors=replace(DOORS, pages=(*DOORS.pages, careless)))


def test_a_method_of_the_json_door_without_a_policy_stops_the_application(make: Make) -> None:
    careless = JsonDoor("careless", __name__)

    @careless.route("/", methods=["PUT"])
    def put() -> str:
        return ""

    with pytest.raises(PolicyMissing, match="PUT /api/careless/"):
        make(doors=replace(DOORS, apis=(*DOORS.apis, careless)))


def test_an_action_nobody_is_permitted_stops_the_application(make: Make) -> None:
    misspelt = Pages("misspelt", __name__)
    misspelt.get("/misspelt")(misspelt.guard("visit.sea")(lambda: ""))
    with pytest.raises(PolicyMissing, match=r"no permission names visit\.sea"):
        make(doors=replace(DOORS, pages=(*DOORS.pages, misspelt)))


def test_who_is_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    asked = client.get("/besuche?page=2")
    assert asked.status_code == 302
    assert asked.headers["Location"] == "/anmelden?next=/besuche?page%3D2"


def test_a_role_that_may_only_look_may_not_record(client: FlaskClient) -> None:
    sign_in(client, ACTORS["pruefer"])
    assert client.get("/besuche").status_code == 200
    for refused in (client.get("/besuche/neu"), client.post("/besuche")):
        assert refused.status_code == 403
        assert "Ihre Rolle erlaubt diese Handlung nicht" in refused.text


def test_the_policy_comes_before_anything_that_was_sent_is_read(client: FlaskClient) -> None:
    assert client.post("/api/visits/", data="{", content_type="application/json").status_code == 401
    auditor = bearer(client.application, ACTORS["pruefer"])
    assert client.post("/api/visits/", data="{", content_type="application/json", headers=auditor).status_code == 403


def test_open_pages_need_no_one(client: FlaskClient) -> None:
    assert client.get("/offen").status_code == 200
