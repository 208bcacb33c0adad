"""A desk that many use, as a house runs it: the provider and two services behind sockets, and one browser between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from kim_audit.tables import entries
from kim_login import accounts, services, signing_key
from kim_login.__main__ import main
from kim_login.app import create
from kim_login.passwords import Passwords
from kim_login.settings import LoginSettings
from kim_runtime.clock import SetClock, SystemClock
from kim_runtime.database import Database
from kim_web.web import EXTENSION
from login.conftest import PASSWORD, SECRET
from login.test_in_browser import on_a_port
from sqlalchemy import select
from web.conftest import build, opened, settings_in
from web.sample import doors
from web.static_html import faults

pytestmark = pytest.mark.slow  # three servers for each test

AYDIN, LINDNER = "aydin", "lindner"
NAMES = {AYDIN: "Selin Aydın", LINDNER: "Katrin Lindner"}


@dataclass
class House:
    """Where the provider and the services are, and the time all of them go by."""

    provider: str
    intake: str
    casework: str
    clock: SetClock

    def later(self, minutes: int) -> None:
        self.clock.set(self.clock.now() + timedelta(minutes=minutes))


@dataclass
class Desk:
    """One browser. Its cookies know no ports, as in any browser."""

    browser: requests.Session

    def opens(self, address: str) -> requests.Response:
        return self.browser.get(f"{address}/besuche", timeout=20)

    def types(self, page: requests.Response, who: str, house: House) -> requests.Response:
        """Show who one is, on the page that asks."""
        assert asks(page), page.url
        return self.browser.post(f"{house.provider}/", data={"login": who, "password": PASSWORD}, timeout=20)

    def locks(self, address: str) -> requests.Response:
        return self.browser.post(f"{address}/sperren", timeout=20)

    def loses_the_cookies_of(self, service: str) -> None:
        for cookie in list(self.browser.cookies):
            if cookie.name.startswith(f"kim_staedteregion-aachen_{service}"):
                self.browser.cookies.clear(cookie.domain, cookie.path, cookie.name)


def asks(page: requests.Response) -> bool:
    """Whether somebody must show a password."""
    return page.status_code == 200 and 'name="password"' in page.text


def is_open(page: requests.Response) -> bool:
    return page.status_code == 200 and page.url.endswith("/besuche")


def is_locked(page: requests.Response) -> bool:
    return "/gesperrt" in page.url and "der Platz ist gesperrt" in page.text


@pytest.fixture
def house(settings: LoginSettings, tmp_path: Path) -> Iterator[House]:
    clock = SetClock(datetime.now(UTC))
    with ExitStack() as stack:
        (provider, issuer), *ports = [stack.enter_context(on_a_port()) for _server in range(3)]
        signing_key.make(settings.login_key)
        rows = Database(settings.database)
        stack.callback(rows.close)
        with rows.write() as session:
            for login in (AYDIN, LINDNER):
                accounts.add(
                    session, Passwords(quick=True), SystemClock(), login=login, name=NAMES[login], roles=["intake_staff"], password=PASSWORD
                )
            for (_server, base), service in zip(ports, ("intake", "casework"), strict=True):
                services.add(session, f"{settings.organisation}.{service}", base, secret=SECRET)
        provider.app = on_time(create(replace(settings, public_url=issuer), rows), clock)
        for (server, base), service in zip(ports, ("intake", "casework"), strict=True):
            folder = tmp_path / service
            folder.mkdir()
            told = replace(settings_in(folder), public_url=base, oidc_issuer=issuer, oidc_client_id="", oidc_client_secret=SECRET)
            kept = opened(told.database)
            stack.callback(kept.close)
            server.app = on_time(build(told, kept, doors=replace(doors.DOORS, service=service)), clock)
        yield House(issuer, ports[0][1], ports[1][1], clock)


def on_time(app: Flask, clock: SetClock) -> Flask:
    """Sessions go by this clock; form protection is tested elsewhere."""
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], real_clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    """Selin Aydın works in the intake, and nowhere else yet."""
    with requests.Session() as browser:
        browser.headers["Accept-Language"] = "de"
        sitting = Desk(browser)
        assert is_open(sitting.types(sitting.opens(house.intake), AYDIN, house))
        yield sitting


def test_one_sign_in_opens_all_services_as_long_as_somebody_works_in_one(house: House, desk: Desk) -> None:
    assert is_open(desk.opens(house.casework))
    for _quarter in range(3):
        house.later(9)
        assert is_open(desk.opens(house.intake))
    assert is_locked(desk.opens(house.casework))  # nobody worked there
    assert is_open(desk.browser.get(f"{house.casework}/anmelden?next=/besuche", timeout=20))  # woken by the intake, no password


def test_a_service_that_was_never_opened_asks_nobody_new_while_somebody_works_next_door(house: House, desk: Desk) -> None:
    for _quarter in range(3):
        house.later(9)
        assert is_open(desk.opens(house.intake))
    assert is_open(desk.opens(house.casework))


def test_a_desk_that_was_left_asks_for_the_password_in_every_service(house: House, desk: Desk) -> None:
    house.later(11)
    assert asks(desk.opens(house.casework))
    house.later(60)  # the session of the intake is over, and no lock stands in the way any more
    assert asks(desk.opens(house.intake))
    house.later(400)  # and swept away
    assert asks(desk.opens(house.intake))


@pytest.mark.parametrize("lost", [["intake"], ["intake", "casework"], []], ids=["cookies of one lost", "of both", "none"])
def test_a_desk_locked_in_one_service_is_locked_in_all_whatever_cookies_are_deleted(house: House, desk: Desk, lost: list[str]) -> None:
    assert is_open(desk.opens(house.casework))
    assert is_locked(desk.locks(house.intake))
    for service in lost:
        desk.loses_the_cookies_of(service)
    for service, address in (("intake", house.intake), ("casework", house.casework)):
        page = desk.opens(address)
        assert asks(page) if service in lost else is_locked(page), service


def test_a_service_that_was_never_opened_asks_for_the_password_after_a_lock(house: House, desk: Desk) -> None:
    desk.locks(house.intake)
    page = desk.opens(house.casework)
    assert asks(page)
    assert re.search(r'id="[^"]*login"[^>]*value="aydin"', page.text), "unlocking is the password alone"
    assert "Hier arbeitet Selin Aydın; der Platz ist gesperrt" in page.text


def test_unlocking_in_one_service_opens_the_others_without_a_second_password(house: House, desk: Desk) -> None:
    assert is_open(desk.opens(house.casework))
    desk.locks(house.intake)
    house.clock.set(house.clock.now() + timedelta(seconds=2))  # tokens know whole seconds
    asked = desk.browser.get(f"{house.intake}/anmelden?next=/besuche", timeout=20)
    assert is_open(desk.types(asked, AYDIN, house))
    assert is_locked(desk.opens(house.casework))
    assert is_open(desk.browser.get(f"{house.casework}/anmelden?next=/besuche", timeout=20))


def test_another_person_takes_the_desk_over_and_the_one_before_is_out(house: House, desk: Desk) -> None:
    assert is_open(desk.opens(house.casework))
    desk.locks(house.intake)
    asked = desk.browser.get(f"{house.intake}/anmelden?neu=1", timeout=20)
    page = desk.types(asked, LINDNER, house)
    assert "Katrin Lindner" in page.text and "Selin" not in page.text
    assert "Katrin Lindner" in desk.opens(house.casework).text


def test_a_lock_that_is_struck_from_the_address_stays(house: House, desk: Desk) -> None:
    """Going straight to the provider with an address made up at the desk leads to the sign-in page as well."""
    assert is_open(desk.opens(house.casework))
    desk.locks(house.intake)
    away = desk.browser.get(f"{house.casework}/anmelden?neu=1", allow_redirects=False, timeout=20).headers["Location"]
    assert asks(desk.browser.get(away.replace("prompt=login", "prompt="), timeout=20))


def test_a_service_is_told_at_the_address_inside_the_house_where_it_has_one(house: House, desk: Desk, settings: LoginSettings) -> None:
    assert is_open(desk.opens(house.casework))
    rows: Any = Database(settings.database)
    with rows.write() as session:
        services.add(session, "staedteregion-aachen.casework", "http://127.0.0.1:9", secret=SECRET, internal=f"{house.casework}/")
    rows.close()
    page = desk.locks(house.intake)
    assert is_locked(page) and "Gesperrt ist nur dieser Dienst" not in page.text
    assert is_locked(desk.opens(house.casework))


@pytest.fixture
def other_desk(house: House) -> Iterator[Desk]:
    """Selin Aydın has forgotten herself at another browser, in both services."""
    with requests.Session() as browser:
        browser.headers["Accept-Language"] = "de"
        sitting = Desk(browser)
        assert is_open(sitting.types(sitting.opens(house.intake), AYDIN, house))
        assert is_open(sitting.opens(house.casework))
        house.later(1)
        yield sitting


def test_who_signs_out_everywhere_is_out_in_every_browser_and_service(house: House, other_desk: Desk, desk: Desk) -> None:
    left = desk.browser.post(f"{house.intake}/zugang/sitzungen/ende", timeout=20)
    assert left.url.startswith(f"{house.intake}/abgemeldet?")
    assert asks(desk.opens(house.intake))
    assert asks(other_desk.opens(house.casework))
    assert asks(other_desk.opens(house.intake))


def test_who_ends_one_session_ends_what_its_browser_has_at_the_provider_and_nothing_else(
    house: House, other_desk: Desk, desk: Desk, settings: LoginSettings
) -> None:
    page = desk.browser.get(f"{house.intake}/zugang/", timeout=20).text
    assert "meldet einen anderen Browser ab, auch in den anderen Diensten" in page
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    (other,) = [found[1] for row in rows if "diese hier" not in row and (found := re.search(r"/sitzungen/([\w-]+)/ende", row))]
    assert "Die Sitzung ist beendet." in desk.browser.post(f"{house.intake}/zugang/sitzungen/{other}/ende", timeout=20).text
    assert asks(other_desk.opens(house.casework))
    assert asks(other_desk.opens(house.intake))
    assert is_open(desk.opens(house.intake))
    assert is_open(desk.opens(house.casework))
    kept: Any = Database(settings.database)
    with kept.read() as found:
        wanted = select(entries.c.action, entries.c.outcome, entries.c.thing).where(entries.c.action == "session.end")
        assert list(found.execute(wanted)) == [("session.end", "done", "client:staedteregion-aachen.intake")]
    kept.close()


def test_at_an_open_desk_a_service_that_opens_without_a_password_makes_no_key_and_ends_nothing(house: House, desk: Desk) -> None:
    """Neither one that was never opened, nor one whose cookie was deleted: the password was shown long ago."""
    for _turn in range(2):
        house.later(9)
        assert is_open(desk.opens(house.intake))
    wanted = {"label": "Auswertung", "actions": ["visit.see"], "ends_on": f"{house.clock.now() + timedelta(days=9):%d.%m.%Y}"}
    assert is_open(desk.opens(house.casework))
    desk.loses_the_cookies_of("intake")
    assert is_open(desk.opens(house.intake))
    for address in (house.casework, house.intake):
        for act in ("schluessel", "sitzungen/ende"):
            answer = desk.browser.post(f"{address}/zugang/{act}", data=wanted, allow_redirects=False, timeout=20)
            assert answer.headers.get("Location") == "/anmelden?neu=1&next=/zugang/", (act, answer.status_code)
    asked = desk.browser.get(f"{house.intake}/anmelden?neu=1&next=/zugang/", timeout=20)
    desk.types(asked, AYDIN, house)
    assert "kim_" in desk.browser.post(f"{house.intake}/zugang/schluessel", data=wanted, timeout=20).text


def test_the_provider_lists_what_somebody_has_open_in_all_browsers_and_services_and_ends_it(
    house: House, other_desk: Desk, desk: Desk
) -> None:
    address = re.findall(r'href="([^"]+)">Ihre Sitzungen in allen Diensten', desk.browser.get(f"{house.intake}/zugang/", timeout=20).text)
    assert address == [f"{house.provider}/sitzungen"]
    page = desk.browser.get(address[0], timeout=20).text
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.DOTALL)
    assert [("diese hier" in row, "Erstberatung" in row, "Fallarbeit" in row) for row in rows] == [(True, True, False), (False, True, True)]
    assert faults(page) == []
    (other,) = re.findall(r"/sitzungen/([\w-]+)/ende", rows[1])
    with requests.Session() as stranger:
        stranger.headers["Accept-Language"] = "de"
        theirs = Desk(stranger)
        assert is_open(theirs.types(theirs.opens(house.intake), LINDNER, house))
        assert other not in stranger.get(address[0], timeout=20).text
        stranger.post(f"{address[0]}/{other}/ende", timeout=20)
    assert is_open(other_desk.opens(house.casework))
    house.later(9)
    assert is_open(desk.opens(house.intake))
    house.later(9)
    shown = desk.browser.post(f"{address[0]}/{other}/ende", timeout=20)  # more than a quarter of an hour after the password
    assert "wer jetzt hier sitzt" in shown.text
    again = desk.types(shown, AYDIN, house)
    assert again.url == address[0]
    assert "Die Sitzung ist beendet." in desk.browser.post(f"{address[0]}/{other}/ende", timeout=20).text
    assert asks(other_desk.opens(house.casework)) and is_open(desk.opens(house.intake))
    assert desk.browser.post(f"{address[0]}/ende-aller", timeout=20).url == f"{house.provider}/abgemeldet"
    assert asks(desk.opens(house.casework)) and asks(desk.browser.get(address[0], timeout=20))


def test_whose_account_is_closed_leaves_no_key_behind_although_they_had_signed_out(
    house: House, desk: Desk, settings: LoginSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {"label": "Auswertung", "actions": "visit.see", "ends_on": f"{datetime.now(UTC) + timedelta(days=80):%d.%m.%Y}"}
    key = re.search(r"kim_[a-z0-9]{8}_[\w-]+", desk.browser.post(f"{house.intake}/zugang/schluessel", data=wanted, timeout=20).text)
    assert key

    def opens() -> int:
        return requests.get(f"{house.intake}/api/visits/", headers={"Authorization": f"Bearer {key[0]}"}, timeout=20).status_code

    desk.browser.post(f"{house.intake}/abmelden", timeout=20)
    assert opens() == 200
    for name in ("organisation", "secret", "public_url", "database", "login_key", "login_seal"):
        monkeypatch.setenv(f"KIM_{name.upper()}", house.provider if name == "public_url" else str(getattr(settings, name)))
    assert main(["account", "change", AYDIN, "--role", "hr_staff"]) == 0
    assert opens() == 403
    rows: Any = Database(settings.database)
    with rows.write() as session:
        services.add(session, "staedteregion-aachen.casework", "http://127.0.0.1:9", secret=SECRET)
    rows.close()
    assert main(["account", "disable", AYDIN]) == 0
    assert opens() == 401
    assert "staedteregion-aachen.casework did not hear it" in capsys.readouterr().err


def by_word(house: House, where: str, who: tuple[str, str] | None) -> int:
    return requests.post(f"{house.provider}{where}", data={"sid": "any", "everywhere": "1"}, auth=who, timeout=20).status_code


def test_only_a_service_of_the_house_locks_or_ends_and_only_where_it_was_led_to(house: House, desk: Desk) -> None:
    client = ("staedteregion-aachen.casework", SECRET)
    for where in ("/gesperrt", "/sitzungen/ende"):
        assert by_word(house, where, None) == 401
        assert by_word(house, where, (client[0], "wrong")) == 401
        assert by_word(house, where, ("nobody", SECRET)) == 401
        assert by_word(house, where, client) == 403
    assert is_open(desk.opens(house.intake))
    assert is_open(desk.opens(house.casework))


def test_the_provider_says_so_when_a_service_did_not_hear_it(house: House, desk: Desk, settings: LoginSettings) -> None:
    assert is_open(desk.opens(house.casework))
    rows: Any = Database(settings.database)
    with rows.write() as session:
        services.add(session, "staedteregion-aachen.casework", "http://127.0.0.1:9", secret=SECRET)
    rows.close()
    page = desk.locks(house.intake)
    assert is_locked(page) and "Gesperrt ist nur dieser Dienst" in page.text
