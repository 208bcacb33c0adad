"""Who leaves, is locked out, or gives the desk to another: every service that the session led to is told, by a token it can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from kim_login import leaving, services
from kim_login.__main__ import main
from kim_login.settings import LoginSettings
from kim_login.tables import reached
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_web.counting import Pace
from kim_web.oidc import LOGOUT_EVENT
from kim_web.web import EXTENSION
from login.asking import Service, read
from login.conftest import CASEWORK, INTAKE, ISSUER, PASSWORD, SECRET, Add, signed_in, type_in
from sqlalchemy import select
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for


class Listener:
    """A service that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.base = ""

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.told.append((request.path, request.form["logout_token"]))
        return Response("", 200)(environ, start)


@pytest.fixture
def listener(database: Database) -> Iterator[Listener]:
    """The intake, moved to where it listens."""
    made = Listener()
    server = make_server("127.0.0.1", 0, made, threaded=True)
    made.base = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with database.write() as rows:
        services.add(rows, "staedteregion-aachen.intake", made.base, secret=SECRET)
    yield made
    server.shutdown()
    thread.join()


def enter(desk: FlaskClient, base: str) -> tuple[str, dict[str, Any]]:
    """Go on from the provider into the intake. Returns the ID token and what it says."""
    service = Service(base=base)
    token = service.exchange(desk, service.code(desk)).json["id_token"]
    return token, read(desk, token)


def told(desk: FlaskClient, listener: Listener) -> dict[str, Any]:
    """The one thing the listener was told."""
    assert [path for path, _token in listener.told] == ["/anmelden/abgemeldet"]
    keys = KeySet.import_key_set(desk.get("/jwks").json)  # type: ignore[arg-type]
    read_token = jwt.decode(listener.told[0][1], keys, algorithms=["RS256"])
    assert read_token.header["typ"] == "logout+jwt"
    return dict(read_token.claims)


def test_who_signs_out_in_a_service_is_out_in_all_and_goes_back_to_it(desk: FlaskClient, aydin: str, listener: Listener) -> None:
    type_in(desk, aydin)
    token, claims = enter(desk, listener.base)
    asked = {"id_token_hint": token, "post_logout_redirect_uri": f"{listener.base}/abgemeldet", "state": "x"}
    assert desk.get(f"/abmelden?{urlencode(asked)}").location == f"{listener.base}/abgemeldet?state=x"
    assert not signed_in(desk)
    said = told(desk, listener)
    assert said["iss"] == ISSUER
    assert said["aud"] == "staedteregion-aachen.intake"
    assert (said["sid"], said["sub"]) == (claims["sid"], claims["sub"])
    assert LOGOUT_EVENT in said["events"]
    assert said["jti"]
    assert "nonce" not in said


def test_a_service_says_who_leaves_by_the_id_of_the_session_alone(desk: FlaskClient, add: Add, aydin: str, listener: Listener) -> None:
    type_in(desk, aydin)
    _token, claims = enter(desk, listener.base)
    sent = {
        "client_id": "staedteregion-aachen.intake",
        "logout_hint": claims["sid"],
        "post_logout_redirect_uri": f"{listener.base}/abgemeldet",
    }
    led_elsewhere = {**sent, "client_id": "staedteregion-aachen.casework"}
    assert "Soll diese Sitzung enden" in desk.get(f"/abmelden?{urlencode(led_elsewhere)}").text
    assert desk.get(f"/abmelden?{urlencode(sent)}").location == f"{listener.base}/abgemeldet"
    assert not signed_in(desk)
    assert told(desk, listener)["sid"] == claims["sid"]
    add("next", "intake_staff", password=PASSWORD)
    type_in(desk, "next")
    assert "Soll diese Sitzung enden" in desk.get(f"/abmelden?{urlencode(sent)}").text, "it is not theirs"
    assert signed_in(desk)


@pytest.mark.parametrize("address", [f"{INTAKE}/abgemeldet/", "https://evil.example/abgemeldet", f"{CASEWORK}/abgemeldet", ""])
def test_an_address_that_is_not_known_is_never_gone_back_to(desk: FlaskClient, aydin: str, address: str) -> None:
    type_in(desk, aydin)
    token, _claims = enter(desk, INTAKE)
    left = desk.get(f"/abmelden?{urlencode({'id_token_hint': token, 'post_logout_redirect_uri': address})}")
    assert left.location == "/abgemeldet"
    assert not signed_in(desk)


@pytest.mark.parametrize("hint", ["", "nonsense", "a.b.c"])
def test_without_a_token_of_ours_the_person_is_asked_first(desk: FlaskClient, aydin: str, hint: str) -> None:
    type_in(desk, aydin)
    asked = desk.get(f"/abmelden?{urlencode({'id_token_hint': hint})}")
    assert "Soll diese Sitzung enden" in asked.text
    assert signed_in(desk)
    assert desk.post("/abmelden").location == "/abgemeldet"
    assert not signed_in(desk)


def test_who_is_asked_first_goes_back_to_the_service_that_sent_them(desk: FlaskClient, aydin: str) -> None:
    """From a page of a service that has no session of theirs: they have no task there, or it has ended."""
    sent = {"client_id": "staedteregion-aachen.intake", "post_logout_redirect_uri": f"{INTAKE}/abgemeldet"}
    assert desk.get(f"/abmelden?{urlencode(sent)}").location == f"{INTAKE}/abgemeldet"  # nobody is here
    type_in(desk, aydin)
    assert "Soll diese Sitzung enden" in desk.get(f"/abmelden?{urlencode(sent)}").text
    assert desk.post("/abmelden").location == f"{INTAKE}/abgemeldet"
    assert not signed_in(desk)
    type_in(desk, aydin)
    assert f'href="{INTAKE}"' in (own := desk.get("/").text)  # whoever came here by themselves finds the way to their services
    assert f'href="{CASEWORK}"' in own
    assert "http://127.0.0.1:11" not in own  # the report has no page for a desk
    desk.get(f"/abmelden?{urlencode({**sent, 'post_logout_redirect_uri': 'https://evil.example/abgemeldet'})}")
    assert desk.post("/abmelden").location == "/abgemeldet"


def test_the_token_of_who_sat_here_before_does_not_sign_out_the_next(app: Flask, desk: FlaskClient, add: Add, aydin: str) -> None:
    type_in(desk, aydin)
    token, _claims = enter(desk, INTAKE)
    add("next", "intake_staff", password=PASSWORD)
    type_in(desk, "next")
    assert "Soll diese Sitzung enden" in desk.get(f"/abmelden?{urlencode({'id_token_hint': token})}").text
    assert signed_in(desk)


def test_when_another_person_signs_in_at_a_desk_the_services_hear_that_the_one_before_left(
    desk: FlaskClient, add: Add, aydin: str, listener: Listener
) -> None:
    type_in(desk, aydin)
    _token, claims = enter(desk, listener.base)
    add("next", "intake_staff", password=PASSWORD)
    type_in(desk, "next")
    assert told(desk, listener)["sid"] == claims["sid"]


def test_who_signs_in_again_keeps_the_session_the_services_know(desk: FlaskClient, aydin: str, listener: Listener) -> None:
    type_in(desk, aydin)
    _token, before = enter(desk, listener.base)
    type_in(desk, aydin)
    token, after = enter(desk, listener.base)
    assert after["sid"] == before["sid"]
    assert listener.told == []
    desk.get(f"/abmelden?{urlencode({'id_token_hint': token})}")
    assert told(desk, listener)["sid"] == before["sid"]


def test_a_cookie_from_before_the_sign_in_opens_nothing_after_it(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    old = desk.get_cookie("kim_staedteregion-aachen_login")
    assert old is not None
    type_in(desk, aydin)
    other = desk.application.test_client()
    other.set_cookie(old.key, old.value)
    assert not signed_in(other)


@pytest.mark.parametrize("action", ["disable", "reset"])
def test_who_is_locked_out_is_out_everywhere_at_once(
    desk: FlaskClient, aydin: str, listener: Listener, settings: LoginSettings, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    type_in(desk, aydin)
    _token, claims = enter(desk, listener.base)
    for name in ("organisation", "secret", "public_url", "database", "login_key", "login_seal"):
        monkeypatch.setenv(f"KIM_{name.upper()}", str(getattr(settings, name)))
    assert main(["account", action, aydin]) == 0
    assert not signed_in(desk)
    assert told(desk, listener)["sub"] == claims["sub"]


def test_where_a_session_led_to_is_forgotten_when_no_service_can_have_it_open(desk: FlaskClient, aydin: str, database: Database) -> None:
    type_in(desk, aydin)
    enter(desk, INTAKE)

    def kept_after(passed: timedelta) -> int:
        with database.write() as rows:
            leaving.forget_old(rows, SystemClock().now() + passed)
            return len(rows.execute(select(reached)).all())

    assert [kept_after(leaving.KEPT - timedelta(minutes=1)), kept_after(leaving.KEPT + timedelta(minutes=1))] == [1, 0]


def test_a_service_that_does_not_answer_keeps_nobody_from_leaving(desk: FlaskClient, aydin: str) -> None:
    type_in(desk, aydin)
    token, _claims = enter(desk, INTAKE)
    assert desk.get(f"/abmelden?{urlencode({'id_token_hint': token})}").status_code == 303
    assert not signed_in(desk)


def test_who_asks_too_often_leaves_all_the_same(app: Flask, desk: FlaskClient, aydin: str) -> None:
    """Else the next person at this desk would be signed in as the one before."""
    type_in(desk, aydin)
    token, _claims = enter(desk, INTAKE)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], pace=Pace(10, lambda: 6_000_015.0))
    for way in (lambda: desk.get(f"/abmelden?{urlencode({'id_token_hint': token})}"), lambda: desk.post("/abmelden")):
        assert [desk.get("/").status_code for _request in range(11)][-1] == 429
        assert way().status_code == 303
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], pace=Pace(0))
        assert not signed_in(desk)
        type_in(desk, aydin)
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], pace=Pace(10, lambda: 6_000_015.0 + 60))
