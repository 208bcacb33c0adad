"""The code flow, from a service's question to the tokens, and what is refused on the way."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_login import accounts, leaving
from kim_runtime.database import Database
from login.asking import Service, answer, read
from login.conftest import CASEWORK, INTAKE, ISSUER, Add, signed_in, type_in

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


def test_a_person_signs_in_and_the_service_learns_who_it_is(desk: FlaskClient, aydin: str) -> None:
    service = Service()
    asked = desk.get(service.asks())
    assert asked.status_code == 303
    assert asked.location == "/"
    type_in(desk, aydin)
    back = answer(desk.get(service.asks()))
    assert back["state"] == service.state
    assert back["iss"] == ISSUER
    given = service.exchange(desk, back["code"]).json
    claims = read(desk, given["id_token"])
    assert claims["iss"] == ISSUER
    assert claims["aud"] == [service.client_id]
    assert claims["nonce"] == service.nonce
    assert claims["exp"] - time.time() <= 300
    wanted = ("name", "preferred_username", "organisation", "roles", "sites", "staff")
    assert [claims[name] for name in wanted] == ["Petra Thelen", "aydin", "staedteregion-aachen", ["intake_staff"], ["arkaden"], "ma-7"]
    userinfo = desk.get("/userinfo", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert userinfo.json["sub"] == claims["sub"]  # type: ignore[index]


def test_after_the_password_the_browser_goes_on_to_where_it_was_sent_from(desk: FlaskClient, aydin: str) -> None:
    service = Service()
    desk.get(service.asks())
    last = type_in(desk, aydin, follow=False)
    for _step in range(3):
        if last.location.startswith(INTAKE):
            break
        last = desk.get(last.location)
    assert last.location.startswith(f"{service.redirect_uri}?")


def test_a_service_redeems_its_code_at_an_address_inside_the_house(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    given = service.exchange(desk, service.code(desk), at="http://login.inside:8000")
    assert given.status_code == 200, given.text
    assert read(desk, given.json["id_token"])["iss"] == ISSUER


def test_one_sign_in_serves_every_service_of_the_house(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    casework = Service("staedteregion-aachen.casework", CASEWORK)
    intake = Service()
    subjects = [read(desk, service.exchange(desk, service.code(desk)).json["id_token"])["sub"] for service in (intake, casework)]
    assert subjects[0] == subjects[1]


@pytest.mark.parametrize(
    "changed",
    [{"code_challenge": None, "code_challenge_method": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"}],
)
def test_a_question_without_pkce_is_refused(desk: FlaskClient, aydin: str, changed: dict[str, Any]) -> None:
    type_in(desk, aydin)
    response = desk.get(Service().asks(**changed))
    assert response.status_code == 400 or "error" in answer(response)
    assert "code=" not in response.headers.get("Location", "")


@pytest.mark.parametrize(
    "address",
    [
        f"{INTAKE}/anmelden/zurueck/",
        f"{INTAKE}/anmelden/zurueck?x=1",
        "http://127.0.0.1:9.evil/anmelden/zurueck",
        f"{CASEWORK}/anmelden/zurueck",
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_address_to_come_back_to_is_a_page_and_never_a_way(desk: FlaskClient, aydin: str, address: str, known: bool) -> None:
    if known:
        type_in(desk, aydin)
    response = desk.get(Service().asks(redirect_uri=address))
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "passt zu keinem Dienst" in response.text


def test_an_unknown_service_is_a_page(desk: FlaskClient) -> None:
    response = desk.get(Service("another.house").asks())
    assert response.status_code == 400
    assert "passt zu keinem Dienst" in response.text


def test_another_verifier_redeems_no_code(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    thief = replace(service, verifier="x" * 48)
    assert thief.exchange(desk, service.code(desk)).json["error"] == "invalid_grant"


def test_a_service_redeems_no_code_of_another(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    other = replace(service, client_id="staedteregion-aachen.casework")
    assert other.exchange(desk, service.code(desk)).json["error"] == "invalid_grant"


def test_a_wrong_secret_redeems_nothing(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    given = {"grant_type": "authorization_code", "code": service.code(desk), "redirect_uri": service.redirect_uri}
    refused = desk.post("/token", data={**given, "code_verifier": service.verifier}, headers=service.shows_itself("another"))
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")  # type: ignore[index]


def test_a_code_brought_again_is_refused_and_what_it_gave_is_dead(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    service = Service()
    code = service.code(desk)
    bearer = {"Authorization": f"Bearer {service.exchange(desk, code).json['access_token']}"}
    assert desk.get("/userinfo", headers=bearer).status_code == 200
    assert service.exchange(desk, code).json["error"] == "invalid_grant"
    assert desk.get("/userinfo", headers=bearer).status_code == 401
    assert not signed_in(desk)


def test_prompt_login_asks_anew_although_somebody_is_signed_in(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    desk.get(Service().asks())
    service = Service()
    assert desk.get(service.asks(prompt="login")).location == "/"
    here = type_in(desk, aydin, follow=False)
    here = desk.get(here.location)
    assert answer(desk.get(here.location))["state"] == service.state
    assert desk.get(Service().asks(prompt="login")).location == "/", "one sign-in answers one question"


def test_a_sign_in_for_one_question_does_not_answer_a_later_one_that_asks_anew(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    assert desk.get(Service().asks(prompt="login")).location == "/"


def test_prompt_none_never_shows_a_page(desk: FlaskClient, aydin: str) -> None:
    assert answer(desk.get(Service().asks(prompt="none")))["error"] == "login_required"
    type_in(desk, aydin)
    assert "code" in answer(desk.get(Service().asks(prompt="none")))


def test_userinfo_tells_a_stranger_nothing(desk: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer a.b.c"}):
        refused = desk.get("/userinfo", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_program_gets_a_token_for_the_one_service_it_names(desk: FlaskClient) -> None:
    report = Service("staedteregion-aachen.report")
    asked = {"grant_type": "client_credentials", "audience": "staedteregion-aachen.intake"}
    claims = read(desk, desk.post("/token", data=asked, headers=report.shows_itself()).json["access_token"])  # type: ignore[index]
    wanted = ("sub", "client_id", "aud", "roles", "organisation")
    assert [claims[name] for name in wanted] == [
        report.client_id,
        report.client_id,
        asked["audience"],
        ["report_reader"],
        "staedteregion-aachen",
    ]
    for nowhere in ({"audience": "another.house"}, {"audience": ""}):
        refused = desk.post("/token", data={**asked, **nowhere}, headers=report.shows_itself())
        assert (refused.status_code, refused.json["error"]) == (400, "invalid_request")  # type: ignore[index]


def test_discovery_says_where_everything_is(desk: FlaskClient) -> None:
    said: Any = desk.get("/.well-known/openid-configuration").json
    assert said["issuer"] == ISSUER
    assert said["code_challenge_methods_supported"] == ["S256"]
    for endpoint in ("jwks_uri", "userinfo_endpoint"):
        assert desk.get(said[endpoint]).status_code in (200, 401)
    key = desk.get("/jwks").json["keys"][0]  # type: ignore[index]
    assert key["kid"]
    assert "d" not in key, "the private part stays in the house"


def test_a_disabled_account_gets_no_code_and_its_code_no_token(desk: FlaskClient, aydin: str, database: Database) -> None:
    type_in(desk, aydin)
    service = Service()
    code = service.code(desk)
    with database.write() as rows:
        account = accounts.disable(rows, aydin)
        assert leaving.whom_to_tell(rows, account_id=account.id) == []
    assert service.exchange(desk, code).json["error"] == "invalid_grant"
    assert desk.get(Service().asks()).location == "/"
    assert "Name oder Kennwort stimmen nicht" in type_in(desk, aydin).text


def test_a_question_is_not_answered_before_the_first_password_is_changed(desk: FlaskClient, add: Add) -> None:
    desk.get(Service().asks())
    type_in(desk, "neu", add("neu", "intake_staff"))
    assert desk.get(Service().asks()).location == "/"


@pytest.mark.parametrize("address", ["/userinfo", "/token", "/gesperrt"])
@pytest.mark.parametrize("header", ["Basic \xff", "Basic a", "Basic", "Bearer \xff", "Bearer"])
def test_a_header_nobody_can_read_is_refused_and_no_fault_of_ours(desk: FlaskClient, address: str, header: str) -> None:
    ask = desk.get if address == "/userinfo" else desk.post
    assert ask(address, headers={"Authorization": header}).status_code in (400, 401)
