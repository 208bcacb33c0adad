"""In Chromium, a house as it runs: a service and the provider on two ports, form protection and all, and a person between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pyotp
import pytest
from browser.measures import too_wide
from flask import Flask
from kim_login import accounts, services, signing_key
from kim_login.app import create
from kim_login.passwords import Passwords
from kim_login.settings import LoginSettings
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from login.conftest import PASSWORD, SECRET
from playwright.sync_api import Browser, Page, expect
from web.conftest import build, opened, settings_in
from web.test_browser import in_each_look, violations
from werkzeug.serving import BaseWSGIServer, make_server

pytestmark = pytest.mark.browser


@contextmanager
def on_a_port() -> Iterator[tuple[BaseWSGIServer, str]]:
    """A server whose application comes later: its address must be known to make it."""
    server = make_server("127.0.0.1", 0, Flask("later"), threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def house(settings: LoginSettings, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a service and of its provider."""
    with on_a_port() as (provider, issuer), on_a_port() as (service, base):
        signing_key.make(settings.login_key)
        rows = Database(settings.database)
        client_id = f"{settings.organisation}.sample"
        with rows.write() as session:
            services.add(session, client_id, base, secret=SECRET)
            for login, role in (("aydin", "intake_staff"), ("thelen", "auditor"), ("vogt", "ops")):
                accounts.add(
                    session, Passwords(quick=True), SystemClock(), login=login, name=f"Frau {login}", roles=[role], password=PASSWORD
                )
        provider.app = create(replace(settings, public_url=issuer), rows)
        (tmp_path / "service").mkdir()
        told = replace(
            settings_in(tmp_path / "service"), public_url=base, oidc_issuer=issuer, oidc_client_id=client_id, oidc_client_secret=SECRET
        )
        kept = opened(told.database)
        service.app = build(told, kept)
        yield base, issuer
        rows.close()
        kept.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="de-DE")
    yield context.new_page()
    context.close()


def show_who(page: Page, login: str) -> None:
    page.get_by_label("Anmeldename").fill(login)
    page.get_by_label("Kennwort").fill(PASSWORD)
    page.get_by_label("Kennwort").press("Enter")


def test_a_person_comes_to_a_page_by_way_of_the_provider_and_leaves_both(page: Page, house: tuple[str, str]) -> None:
    base, issuer = house
    page.goto(f"{base}/besuche?page=2")
    expect(page).to_have_url(f"{issuer}/")
    show_who(page, "aydin")
    expect(page).to_have_url(f"{base}/besuche?page=2")
    expect(page.get_by_role("link", name="Frau aydin")).to_be_visible()
    page.get_by_role("button", name="Abmelden").click()
    expect(page).to_have_url(re.compile(rf"^{base}/abgemeldet\b"))
    page.goto(f"{base}/besuche")
    expect(page.get_by_label("Anmeldename")).to_be_visible()


def test_at_a_shared_desk_the_next_person_shows_who_it_is(page: Page, house: tuple[str, str]) -> None:
    base, issuer = house
    page.goto(f"{base}/besuche")
    show_who(page, "aydin")
    expect(page).to_have_url(f"{base}/besuche")
    page.goto(f"{base}/anmelden?neu=1")
    expect(page).to_have_url(f"{issuer}/")
    show_who(page, "thelen")
    expect(page.get_by_text("Einmal-Codes einrichten").first).to_be_visible()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.inner_text("main"))
    assert secret
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret[0]).now())
    page.get_by_role("textbox", name="Code").press("Enter")
    expect(page.get_by_text("jeder dieser Codes gilt einmal")).to_be_visible()
    page.get_by_role("link", name="Weiter").click()
    expect(page.get_by_role("link", name="Frau thelen")).to_be_visible()


def test_who_leaves_at_the_provider_is_out_in_the_service(page: Page, house: tuple[str, str]) -> None:
    base, issuer = house
    page.goto(f"{base}/besuche")
    show_who(page, "aydin")
    expect(page).to_have_url(f"{base}/besuche")
    page.goto(f"{issuer}/abmelden")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    page.goto(f"{base}/besuche")
    expect(page).to_have_url(f"{issuer}/")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # how a page looks is nothing of the database's
def test_axe_finds_nothing_on_the_way(page: Page, house: tuple[str, str]) -> None:
    base, _issuer = house
    page.goto(f"{base}/besuche")
    found = {"sign in": in_each_look(page, violations)}
    page.get_by_label("Anmeldename").fill("vogt")
    page.get_by_label("Kennwort").fill("wrong")
    page.get_by_label("Kennwort").press("Enter")
    expect(page.get_by_text("Name oder Kennwort stimmen nicht.").first).to_be_visible()
    expect(page.get_by_role("heading", name="Noch nicht angemeldet")).to_be_focused()
    found["wrong"] = in_each_look(page, violations)
    show_who(page, "vogt")
    expect(page.get_by_text("Einmal-Codes einrichten").first).to_be_visible()
    found["set up"] = in_each_look(page, violations)
    found["too wide"] = in_each_look(page, too_wide)  # the picture
    assert found == {"sign in": {}, "wrong": {}, "set up": {}, "too wide": {}}
