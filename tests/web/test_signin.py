"""Sessions and keys: who is known by what, for how long, and how it ends. The provider itself is tests/login."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from kim_runtime.clock import SetClock
from kim_runtime.settings import Settings
from kim_web.account import own_path
from kim_web.tables import access_keys, sessions
from kim_web.web import EXTENSION
from sqlalchemy import select
from web.conftest import ACTORS, Make
from web.signed_in import bearer, secret_of_session, sign_in

BEGUN = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(BEGUN)


@pytest.fixture
def timed(make: Make, clock: SetClock, settings: Settings) -> FlaskClient:
    """A browser in which Selin Aydın has signed in at eight, at a service whose real time the test sets, and that locks nobody out."""
    app = make(real_clock=clock, settings=replace(settings, lock_minutes=600))
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), ACTORS["aydin"])


def test_a_session_ends_after_an_hour_without_a_request(timed: FlaskClient, clock: SetClock) -> None:
    clock.set(BEGUN + timedelta(minutes=59))
    assert timed.get("/besuche").status_code == 200
    clock.set(BEGUN + timedelta(minutes=118))  # an hour after the last, not after the first
    assert timed.get("/besuche").status_code == 200
    clock.set(BEGUN + timedelta(minutes=179))
    assert timed.get("/besuche").status_code == 302


def test_a_session_ends_after_ten_hours_however_busy(timed: FlaskClient, clock: SetClock) -> None:
    for half_hours in range(20):
        clock.set(BEGUN + timedelta(minutes=30 * half_hours))
        assert timed.get("/besuche").status_code == 200, half_hours
    clock.set(BEGUN + timedelta(hours=10, seconds=1))
    assert timed.get("/besuche").status_code == 302


def test_the_database_holds_no_secret_that_opens_a_session(timed: FlaskClient) -> None:
    name, secret = secret_of_session(timed.application, ACTORS["aydin"])
    with timed.application.extensions[EXTENSION].rows.read() as rows:
        kept = [str(row) for row in rows.execute(select(sessions))]
    assert len(secret) >= 43  # 256 bit
    assert not any(secret in row for row in kept)
    stranger = timed.application.test_client()
    stranger.set_cookie(name, re.search(r"'([0-9a-f]{64})'", kept[0])[1])  # type: ignore[index]
    assert stranger.get("/besuche").status_code == 302


def test_signing_out_ends_it_on_the_server_too(timed: FlaskClient) -> None:
    name, secret = secret_of_session(timed.application, ACTORS["aydin"])
    timed.set_cookie(name, secret)
    left = timed.post("/abmelden")
    assert (left.status_code, left.headers["Location"]) == (303, "/abgemeldet?nur=hier")  # the provider of this test does not answer
    assert "Sie sind nur hier abgemeldet." in timed.get(left.headers["Location"]).text
    timed.set_cookie(name, secret)
    assert timed.get("/besuche").status_code == 302


def test_one_may_end_ones_own_sessions_and_nobody_elses(timed: FlaskClient) -> None:
    app = timed.application
    elsewhere, stranger = sign_in(app.test_client(), ACTORS["aydin"]), sign_in(app.test_client(), ACTORS["pruefer"])
    with app.extensions[EXTENSION].rows.read() as rows:
        known = dict(rows.execute(select(sessions.c.actor_id, sessions.c.id)).all())
    assert timed.get("/zugang/").text.count("/sitzungen/") == 3  # two and "everywhere"
    assert "Die anderen Dienste zeigen Ihre Sitzungen auf der gleichen Seite dort." in timed.get("/zugang/").text
    timed.post(f"/zugang/sitzungen/{known['pruefer']}/ende")
    assert stranger.get("/besuche").status_code == 200
    timed.post("/zugang/sitzungen/ende")
    assert (timed.get("/besuche").status_code, elsewhere.get("/besuche").status_code) == (302, 302)
    assert stranger.get("/besuche").status_code == 200


def test_a_key_is_shown_once_does_what_was_ticked_and_can_be_revoked(timed: FlaskClient) -> None:
    app = timed.application
    made = timed.post("/zugang/schluessel", data={"label": "Auswertung", "actions": ["visit.see"], "ends_on": "31.12.2026"})
    (key,) = re.findall(r"<code>(kim_[^<]+)</code>", made.text)
    page = timed.get("/zugang/").text
    assert key not in page
    assert ">Besuche ansehen</td>" in page  # what it may do, in words
    program = {"Authorization": f"Bearer {key}"}
    client = app.test_client()
    assert client.get("/api/visits/", headers=program).status_code == 200
    assert client.post("/api/visits/", json={}, headers=program).status_code == 403  # she may, the key may not
    (address,) = re.findall(r'action="(/zugang/schluessel/\w+/ende)"', timed.get("/zugang/").text)
    timed.post(address)
    assert client.get("/api/visits/", headers=program).status_code == 401


@pytest.mark.parametrize(("ends_on", "actions"), [("24.11.2026", "visit.see"), ("1.12.2027", "visit.see"), ("31.12.2026", "operator.all")])
def test_no_key_is_made_for_ever_or_for_what_its_owner_may_not(timed: FlaskClient, ends_on: str, actions: str) -> None:
    answer = timed.post("/zugang/schluessel", data={"label": "Auswertung", "actions": [actions], "ends_on": ends_on})
    assert answer.status_code == 422
    with timed.application.extensions[EXTENSION].rows.read() as rows:
        assert rows.execute(select(access_keys)).all() == []


def test_a_key_ends_with_its_last_day(timed: FlaskClient, clock: SetClock) -> None:
    program = bearer(timed.application, ACTORS["aydin"])
    clock.set(BEGUN + timedelta(days=1))
    assert timed.application.test_client().get("/api/visits/", headers=program).status_code == 200
    clock.set(BEGUN + timedelta(days=2))
    assert timed.application.test_client().get("/api/visits/", headers=program).status_code == 401


def test_a_key_rests_when_its_owner_has_been_away_for_ninety_days(timed: FlaskClient, clock: SetClock) -> None:
    app = timed.application
    made = timed.post("/zugang/schluessel", data={"label": "Auswertung", "actions": ["visit.see"], "ends_on": "1.11.2027"})
    program = {"Authorization": f"Bearer {re.findall(r'<code>(kim_[^<]+)</code>', made.text)[0]}"}
    clock.set(BEGUN + timedelta(days=90))
    assert app.test_client().get("/api/visits/", headers=program).status_code == 200
    clock.set(BEGUN + timedelta(days=91))
    assert app.test_client().get("/api/visits/", headers=program).status_code == 401
    sign_in(app.test_client(), ACTORS["aydin"])
    assert app.test_client().get("/api/visits/", headers=program).status_code == 200


def test_a_key_loses_what_its_owner_loses(timed: FlaskClient) -> None:
    program = bearer(timed.application, ACTORS["aydin"])
    sign_in(timed.application.test_client(), replace(ACTORS["aydin"], roles=frozenset({"hr_staff"})))
    assert timed.application.test_client().get("/api/visits/", headers=program).status_code == 403


def test_a_session_is_no_token_and_a_token_no_session(desk: FlaskClient, token: dict[str, str]) -> None:
    assert desk.get("/api/visits/").status_code == 401
    stranger = desk.application.test_client()
    assert stranger.get("/besuche", headers=token).status_code == 302


@pytest.mark.parametrize("invented", ["kim_", "kim_abcdefgh_x", "demo-aydin", "eyJhbGciOiJub25lIn0.e30."])
def test_an_invented_token_opens_nothing(client: FlaskClient, invented: str) -> None:
    answer = client.get("/api/visits/", headers={"Authorization": f"Bearer {invented}"})
    assert answer.status_code == 401


def test_the_cookie_belongs_to_this_house_and_service(client: FlaskClient) -> None:
    app = client.application
    assert secret_of_session(app, ACTORS["aydin"])[0] == "kim_staedteregion-aachen_intake"
    with app.test_request_context(base_url="https://kim.example"):
        from kim_web.signin import cookie_name, hold

        assert cookie_name() == "__Host-kim_staedteregion-aachen_intake"
        hold(response := app.response_class(), "secret")
        assert set(response.headers["Set-Cookie"].split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "evil"]
)
def test_after_signing_in_nobody_is_led_elsewhere(elsewhere: str) -> None:
    assert own_path(elsewhere) == ""
    assert own_path("/besuche?page=2") == "/besuche?page=2"


def test_a_provider_that_does_not_answer_is_said_so_and_lets_nobody_out(desk: FlaskClient, client: FlaskClient) -> None:
    answer = client.application.test_client().get("/anmelden")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Wer schon angemeldet ist, kann weiterarbeiten" in answer.text
    assert desk.get("/besuche").status_code == 200


def test_without_a_provider_every_guarded_page_says_what_to_do(make: Make, settings: Settings) -> None:
    outside = make(settings=replace(settings, demo=False, oidc_issuer="")).test_client()
    for address in ("/besuche", "/anmelden"):
        answer = outside.get(address)
        assert answer.status_code == 503
        assert "Anmeldung ist nicht eingerichtet" in answer.text
        assert "KIM_OIDC_ISSUER" in answer.text
    assert outside.get("/barrierefreiheit").status_code == 200
    assert outside.get("/healthz").status_code == 200
    assert outside.get("/api/visits/", headers={"Authorization": "Bearer x"}).status_code == 401


def test_whoever_finds_an_open_desk_ends_no_other_session_and_makes_no_key(timed: FlaskClient, clock: SetClock) -> None:
    """Both outlast the session: they ask for the password where it was not shown just now (ASVS 5.0, 7.5.2)."""
    app = timed.application
    rows_of = app.extensions[EXTENSION].rows
    with rows_of.read() as rows:
        (here,) = rows.scalars(select(sessions.c.id))
    other = sign_in(app.test_client(), ACTORS["aydin"])
    with rows_of.read() as rows:
        (elsewhere,) = rows.scalars(select(sessions.c.id).where(sessions.c.id != here))
    wanted = {"label": "Auswertung", "actions": ["visit.see"], "ends_on": "31.12.2026"}
    clock.set(BEGUN + timedelta(minutes=16))
    for address in (f"/zugang/sitzungen/{elsewhere}/ende", "/zugang/sitzungen/ende", "/zugang/schluessel"):
        assert timed.post(address, data=wanted).headers["Location"] == "/anmelden?neu=1&next=/zugang/", address
    assert other.get("/besuche").status_code == 200
    with rows_of.read() as rows:
        assert rows.execute(select(access_keys)).all() == []
    anew = sign_in(app.test_client(), ACTORS["aydin"])
    assert "kim_" in anew.post("/zugang/schluessel", data=wanted).text
    anew.post(f"/zugang/sitzungen/{elsewhere}/ende")
    assert other.get("/besuche").status_code == 302
    timed.post(f"/zugang/sitzungen/{here}/ende")  # one's own needs no more than signing out does
    assert timed.get("/besuche").status_code == 302
