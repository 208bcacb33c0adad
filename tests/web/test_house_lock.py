"""At a provider that keeps no lock of a desk the services of a house tell each other, each on its own database, behind its own address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from conftest import EmptyDatabases
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from kim_audit.tables import entries
from kim_web.box import derived
from kim_web.house_lock import WHERE
from kim_web.oidc import LOCKED_EVENT
from kim_web.tables import people, sessions
from sqlalchemy import select, update
from web.conftest import build, opened, settings_in
from web.sample import doors
from web.sly_provider import SlyProvider, begin, come_back, sly_provider
from werkzeug.serving import make_server

pytestmark = pytest.mark.slow  # servers of their own
SECRET = "what the services of a house share, of many letters"
NAMES = ("intake", "casework")


@dataclass
class House:
    provider: SlyProvider
    apps: dict[str, Flask]

    def comes_in(self, service: str, browser: FlaskClient | None = None, *, shown_ago: int = 60, **says: Any) -> FlaskClient:
        """Somebody at a browser of this service, whom the provider asked for the password so many seconds ago."""
        browser = browser or self.apps[service].test_client()
        client = f"staedteregion-aachen.{service}"
        # Each service has a name of its own for session and person, as at some providers.
        own = {"aud": client, "sub": f"17 at {service}", "sid": f"s-1 at {service}", "auth_time": int(time.time()) - shown_ago}
        self.provider.says = {**own, **says}
        come_back(browser, begin(browser, self.provider))
        return browser


def is_open(browser: FlaskClient) -> bool:
    return browser.get("/besuche").status_code == 200


@pytest.fixture
def house(tmp_path: Path, empty_databases: EmptyDatabases) -> Iterator[House]:
    with ExitStack() as stack:
        provider = stack.enter_context(sly_provider())
        servers = {name: make_server("127.0.0.1", 0, Flask("later"), threaded=True) for name in NAMES}
        near = ",".join(f"{name}=http://127.0.0.1:{server.port}" for name, server in servers.items())
        apps = {}
        for name, server in servers.items():
            (tmp_path / name).mkdir()
            told = replace(settings_in(tmp_path / name), oidc_issuer=provider.issuer, neighbours=near, house_secret=SECRET)
            database = opened(told.database, empty_databases)
            stack.callback(database.close)
            apps[name] = server.app = build(told, database, doors=replace(doors.DOORS, service=name))
            apps[name].config["WTF_CSRF_ENABLED"] = False
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        yield House(provider, apps)


def test_a_desk_locked_in_one_service_is_locked_in_the_other(house: House) -> None:
    intake, casework = house.comes_in("intake"), house.comes_in("casework")
    assert is_open(intake) and is_open(casework)
    page = intake.get(intake.post("/sperren").location)
    assert "Gesperrt ist nur dieser Dienst" not in page.text
    assert not is_open(casework)
    assert "der Platz ist gesperrt" in casework.get(casework.get("/besuche").location).text
    with house.apps["casework"].extensions["kim_web"].rows.read() as rows:
        row = rows.execute(select(entries).order_by(entries.c.serial.desc()).where(entries.c.action == "desk.lock")).first()
    assert row is not None and (row.actor_id, row.reason) == ("aydin", "by_neighbour")


def test_whatever_cookies_are_deleted_nobody_comes_in_without_a_password(house: House) -> None:
    intake = house.comes_in("intake")
    house.comes_in("casework")
    intake.post("/sperren")
    stranger = house.comes_in("casework")  # at the same provider, which still knows who sat there
    assert not is_open(stranger)
    assert is_open(house.comes_in("casework", shown_ago=-2)), "and with one they do"


def test_a_service_that_nobody_had_opened_asks_for_the_password_too(house: House) -> None:
    intake = house.comes_in("intake")
    intake.post("/sperren")
    assert not is_open(house.comes_in("casework"))
    assert is_open(house.comes_in("casework", shown_ago=-2))


def test_who_signs_out_everywhere_is_asked_for_the_password_in_other_browsers(house: House) -> None:
    """The provider of another goes on knowing who sits there: nobody comes in by that alone."""
    intake, other, casework = house.comes_in("intake"), house.comes_in("intake", sid="s-2"), house.comes_in("casework", sid="s-2")
    assert "kann in anderen Browsern nur Ihre IT beenden" in intake.get("/zugang/").text
    assert intake.post("/zugang/sitzungen/ende").location.startswith(f"{house.provider.issuer}/leave?")
    assert not is_open(other) and not is_open(casework)
    for service in NAMES:
        assert not is_open(house.comes_in(service, sid="s-2"))
        assert is_open(house.comes_in(service, sid="s-2", shown_ago=-2))


def test_who_ends_one_session_is_asked_for_the_password_there_and_goes_on_here(house: House) -> None:
    intake, other = house.comes_in("intake"), house.comes_in("intake", sid="s-2")
    with house.apps["intake"].extensions["kim_web"].rows.read() as rows:
        (ended,) = rows.scalars(select(sessions.c.id).where(sessions.c.provider_session == "s-2"))
    page = intake.get(intake.post(f"/zugang/sitzungen/{ended}/ende").location).text
    assert "Weiter geht es dort erst mit dem Kennwort." in page
    assert is_open(intake) and not is_open(other)
    assert not is_open(house.comes_in("intake", other, sid="s-2"))
    assert is_open(house.comes_in("intake", other, sid="s-2", shown_ago=-2))


@pytest.mark.parametrize("by_hand", [True, False], ids=["locked by hand", "locked by itself"])
def test_a_desk_left_on_friday_asks_for_the_password_on_monday_whoever_came_in_first(house: House, by_hand: bool) -> None:
    """Its provider still knows who sat there, and the service has long swept away the session that was locked."""
    web, hours = house.apps["intake"].extensions["kim_web"], 60
    browser = house.comes_in("intake")
    if by_hand:
        browser.post("/sperren")
    with web.rows.write() as rows:
        then = web.real_clock.now() - timedelta(hours=hours)
        rows.execute(update(sessions).values(opened_at=then, seen_at=then))
        if by_hand:
            rows.execute(update(sessions).values(locked_at=then))
    house.comes_in("intake", sub="18", sid="s-2", preferred_username="lindner", name="Katrin Lindner")
    assert not is_open(house.comes_in("intake", browser, shown_ago=hours * 3600 + 60))
    assert is_open(house.comes_in("intake", browser, shown_ago=-2))


def test_another_person_is_not_locked_and_nobody_is_known_who_was_not_there(house: House) -> None:
    intake = house.comes_in("intake")
    other = house.comes_in("casework", sub="18", sid="s-2", preferred_username="lindner", name="Katrin Lindner")
    intake.post("/sperren")
    assert is_open(other)
    with house.apps["casework"].extensions["kim_web"].rows.read() as rows:
        assert list(rows.scalars(select(people.c.actor_id))) == ["lindner"]
        assert len(rows.execute(select(sessions)).all()) == 2


def test_locking_again_keeps_one_mark(house: House) -> None:
    for _time in range(2):
        house.comes_in("intake", shown_ago=-2).post("/sperren")
    with house.apps["casework"].extensions["kim_web"].rows.read() as rows:
        assert list(rows.scalars(select(sessions.c.actor_id))) == ["locked:aydin"]


def test_where_a_neighbour_does_not_hear_it_the_page_says_so(house: House) -> None:
    web = house.apps["intake"].extensions["kim_web"]
    near = f"{web.settings.neighbours},staffing=http://127.0.0.1:9"
    house.apps["intake"].extensions["kim_web"] = replace(web, settings=replace(web.settings, neighbours=near))
    intake, casework = house.comes_in("intake"), house.comes_in("casework")
    assert "Gesperrt ist nur dieser Dienst" in intake.get(intake.post("/sperren").location).text
    assert not is_open(casework), "who did hear it is locked"


def word(secret: str = SECRET, **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "staedteregion-aachen.intake", "aud": "staedteregion-aachen.casework", "sub": "aydin", "iat": now, "exp": now + 60,
        "events": {LOCKED_EVENT: {}}, **changed,
    }  # fmt: skip
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(derived(secret, "house lock")))


def said(house: House, text: str) -> int:
    return house.apps["casework"].test_client().post(WHERE, data={"word": text}).status_code


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another house's secret, of as many letters"},
        {"iss": "caritas-eifel.intake"},
        {"iss": "staedteregion-aachen.casework"},  # one's own
        {"aud": "staedteregion-aachen.staffing"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"events": {}},
    ],
)
def test_a_word_that_does_not_hold_locks_nobody(house: House, changed: dict[str, Any]) -> None:
    casework = house.comes_in("casework")
    assert said(house, word(**changed)) == 403
    assert is_open(casework)
    assert said(house, "x") == said(house, "") == 403
    assert said(house, word()) == 204
    assert not is_open(casework)


def test_a_house_without_the_secret_listens_to_nobody(house: House) -> None:
    web = house.apps["casework"].extensions["kim_web"]
    house.apps["casework"].extensions["kim_web"] = replace(web, settings=replace(web.settings, house_secret=""))
    casework = house.comes_in("casework")
    assert said(house, word()) == said(house, word(secret="")) == 403
    assert is_open(casework)
