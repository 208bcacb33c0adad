"""Whoever asked too often still leaves and locks: the limit of requests closes no way out, and another's flood no more than one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.settings import Settings
from kim_web import drafts
from kim_web.policy import is_way_out
from kim_web.tables import drafts as kept
from kim_web.web import EXTENSION
from sqlalchemy import func, select
from web.conftest import ACTORS, Make
from web.signed_in import bearer, sign_in, whose_page
from web.sly_provider import SlyProvider, begin, come_back, sly_provider

MOST = 20


@pytest.fixture
def app(make: Make, settings: Settings) -> Flask:
    made = make(settings=replace(settings, requests_a_minute=MOST))
    made.extensions[EXTENSION].pace._clock = lambda: 6_000_015.0
    return made


def asks_too_often(browser: FlaskClient) -> str:
    """Ask until there is no more answer. The token of the form on the page that says so."""
    for _request in range(MOST):
        browser.get("/besuche")
    refused = browser.get("/besuche")
    assert refused.status_code == 429
    return re.findall(r'name="csrf_token" value="([^"]+)"', refused.text)[0]


def test_the_page_that_says_it_was_too_much_leads_out(app: Flask) -> None:
    desk = sign_in(app.test_client(), ACTORS["aydin"])
    token = asks_too_often(desk)
    left = desk.post("/abmelden", data={"csrf_token": token})
    assert left.status_code == 303
    assert desk.get("/abgemeldet").status_code == 200
    assert desk.get("/besuche").location.startswith("/anmelden"), "the session is over"


def test_the_desk_is_locked_and_what_was_typed_is_kept(app: Flask) -> None:
    desk = sign_in(app.test_client(), ACTORS["aydin"])
    page = whose_page(desk)
    token = asks_too_often(desk)
    typed = {"kim_to": "/besuche", drafts.PAGE: "/besuche/neu", "need": "zwei Zimmer"}
    assert desk.post("/gesperrt/entwurf", data=typed, headers=page).status_code == 201
    with app.extensions[EXTENSION].rows.read() as rows:
        assert rows.scalar(select(func.count()).select_from(kept)) == 1
    assert desk.post("/sperren", data={"csrf_token": token}).location.startswith("/gesperrt")
    assert "der Platz ist gesperrt" in desk.get("/gesperrt").text
    assert desk.get("/besuche").location.startswith("/gesperrt")


def test_a_stolen_session_keeps_its_owner_from_nothing_that_ends_it(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    stolen, own = sign_in(app.test_client(), ACTORS["aydin"]), sign_in(app.test_client(), ACTORS["aydin"])
    asks_too_often_without_token = [stolen.get(address).status_code for address in ["/besuche"] * (MOST + 1) + ["/zugang/"] * (MOST + 1)]
    assert asks_too_often_without_token[-1] == 429
    assert own.get("/besuche").status_code == 429
    assert own.get("/zugang/").status_code == 200
    assert own.post("/zugang/sitzungen/ende").status_code == 303
    assert stolen.get("/besuche").location.startswith("/anmelden")


def test_a_program_waits_all_the_same(app: Flask) -> None:
    key = bearer(app, ACTORS["aydin"])
    program = app.test_client()
    assert [program.get("/api/visits/", headers=key).status_code for _request in range(MOST + 1)][-1] == 429


@pytest.fixture
def provider() -> Iterator[SlyProvider]:
    with sly_provider() as found:
        yield found


def test_the_provider_is_heard_whatever_cookie_comes_along(make: Make, settings: Settings, provider: SlyProvider) -> None:
    app = make(settings=replace(settings, oidc_issuer=provider.issuer, requests_a_minute=MOST))
    app.extensions[EXTENSION].pace._clock = lambda: 6_000_015.0
    browser = app.test_client()
    come_back(browser, begin(browser, provider))
    asks_too_often(browser)
    assert browser.post("/anmelden/abgemeldet", data={"logout_token": provider.logout_token()}).status_code == 204
    assert browser.get("/besuche").location.startswith("/anmelden")


def test_what_closes_is_open_and_nothing_else_is(app: Flask) -> None:
    assert {endpoint for endpoint in app.view_functions if is_way_out(app, endpoint)} == {
        "account.sign_out", "account.provider_says", "shared_desk.lock", "desk_lock.provider_locks", "desk_lock.provider_asks",
        "house_lock.neighbour_locks",
    }  # fmt: skip
