"""Sign-in: a list in the demonstration, nobody outside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from kim_runtime.settings import Settings, SettingsError
from kim_web.doors import Doors
from web.conftest import Make
from web.sample.doors import DOORS


@pytest.fixture
def outside(make: Make, settings: Settings) -> FlaskClient:
    """A browser at an installation that is no demonstration and has no sign-in yet."""
    return make(settings=replace(settings, demo=False, demo_actors=None)).test_client()


def test_only_people_of_this_house_with_something_to_do_here_are_listed(client: FlaskClient) -> None:
    page = client.get("/anmelden").text
    assert "Selin Aydın" in page
    assert "Ute Prüfer" in page
    assert "Jürgen Lenzen" not in page  # may do nothing in this service
    assert "Peter Jansen" not in page  # works elsewhere


def browser_of(make: Make, doors: Doors) -> FlaskClient:
    app = make(doors=doors)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.mark.parametrize("asked", ["/", "/anmelden"])
def test_everybody_begins_at_the_first_page_they_may_see(make: Make, asked: str) -> None:
    browser = browser_of(make, replace(DOORS, start="visits.new"))  # which an auditor may not see
    for person, address in (("aydin", "/besuche/neu"), ("pruefer", "/besuche")):
        browser.post("/abmelden")
        assert browser.get("/").headers["Location"] == "/anmelden"
        signed_in = browser.post("/anmelden", data={"actor": person})
        assert (signed_in if asked == "/anmelden" else browser.get(asked)).headers["Location"] == address


def test_who_only_reads_by_programs_is_not_offered_but_has_a_token(make: Make) -> None:
    browser = browser_of(make, replace(DOORS, start="visits.new", nav=DOORS.nav[1:]))
    page = browser.get("/anmelden").text
    assert "Selin Aydın" in page
    assert "Ute Prüfer" not in page
    assert browser.post("/anmelden", data={"actor": "pruefer"}).status_code == 403
    assert browser.get("/api/visits/", headers={"Authorization": "Bearer demo-pruefer"}).status_code == 200


@pytest.mark.parametrize("actor", ["lenzen", "jansen", "nobody", ""])
def test_nobody_else_gets_in(client: FlaskClient, actor: str) -> None:
    assert client.post("/anmelden", data={"actor": actor}).status_code == 403
    assert client.get("/besuche").status_code == 302
    assert client.get("/api/visits/", headers={"Authorization": f"Bearer demo-{actor}"}).status_code == 401


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "evil"]
)
def test_after_signing_in_nobody_is_led_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    assert client.post("/anmelden", data={"actor": "aydin", "next": elsewhere}).headers["Location"] == "/besuche"


def test_the_cookie_belongs_to_this_house_and_service(client: FlaskClient) -> None:
    cookie = client.post("/anmelden", data={"actor": "aydin"}).headers["Set-Cookie"]
    assert cookie.startswith("kim_staedteregion-aachen_intake=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(client: FlaskClient) -> None:
    cookie = client.post("/anmelden", data={"actor": "aydin"}, base_url="https://kim.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-kim_staedteregion-aachen_intake=")
    assert "Secure" in cookie


def test_signing_out_ends_it(desk: FlaskClient) -> None:
    assert desk.post("/abmelden").status_code == 303
    assert desk.get("/besuche").status_code == 302


def test_a_session_is_no_token_and_a_token_no_session(desk: FlaskClient, client: FlaskClient) -> None:
    assert desk.get("/api/visits/").status_code == 401
    stranger = client.application.test_client()
    assert stranger.get("/besuche", headers={"Authorization": "Bearer demo-aydin"}).status_code == 302


def test_outside_the_demonstration_every_guarded_page_says_what_to_do(outside: FlaskClient) -> None:
    for address in ("/besuche", "/anmelden"):
        answer = outside.get(address)
        assert answer.status_code == 503
        assert "Anmeldung ist nicht eingerichtet" in answer.text
        assert "KIM_DEMO" in answer.text
    assert outside.get("/barrierefreiheit").status_code == 200
    assert outside.get("/healthz").status_code == 200


def test_outside_the_demonstration_no_token_is_good(outside: FlaskClient) -> None:
    answer = outside.get("/api/visits/", headers={"Authorization": "Bearer demo-aydin"})
    assert answer.status_code == 503
    assert answer.json and answer.json["code"] == "sign_in_not_set_up"


def test_outside_the_demonstration_nobody_can_sign_in(outside: FlaskClient) -> None:
    outside.application.config["WTF_CSRF_ENABLED"] = False
    assert outside.post("/anmelden", data={"actor": "aydin"}).status_code == 503


def test_a_list_that_cannot_be_read_is_said_so(make: Make, settings: Settings) -> None:
    assert settings.demo_actors
    settings.demo_actors.write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="KIM_DEMO_ACTORS: cannot read"):
        make()
