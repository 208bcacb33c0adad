"""A service signs people in at a certified provider nobody here wrote, which speaks once as Keycloak and once as Entra does."""

from __future__ import annotations

import re

import pytest
import requests
from federation.conftest import SECRET, World
from federation.hands import SELIN, STRANGER, forget_the_services, form, lock, sign_in

pytestmark = pytest.mark.node


def sign_out(browser: requests.Session, world: World) -> requests.Response:
    """Sign out by the button in the head of a page, and say yes at the provider."""
    page = browser.get(f"{world.service}/besuche")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    asked = browser.post(f"{world.service}/abmelden", data={"csrf_token": token[1]})
    assert asked.url.startswith(world.issuer), asked.text[:500]
    address, hidden = form(asked)
    return browser.post(address, data={**hidden, "logout": "yes"})


def test_a_person_signs_in_and_comes_back_to_the_page_asked_for(world: World) -> None:
    with requests.Session() as browser:
        page = sign_in(browser, world, SELIN, "/besuche?page=2")
        assert (page.status_code, page.url) == (200, f"{world.service}/besuche?page=2")
        assert "Selin Aydın" in page.text


def test_who_has_no_role_here_or_is_of_another_house_stays_outside(world: World) -> None:
    with requests.Session() as browser:
        page = sign_in(browser, world, STRANGER)
        assert page.status_code == 403
        assert page.url.startswith(f"{world.service}/anmelden/zurueck")
        assert browser.get(f"{world.service}/besuche").status_code == 403  # the provider knows them still, and it helps them nothing


def test_signing_out_ends_both_sessions_and_leads_back(world: World) -> None:
    with requests.Session() as browser:
        sign_in(browser, world, SELIN)
        left = sign_out(browser, world)
        assert left.url.startswith(f"{world.service}/abgemeldet")
        again = browser.get(f"{world.service}/besuche")
        assert again.url.startswith(world.issuer)
        assert 'name="login"' in again.text  # the provider asks anew


def test_signing_out_at_the_provider_ends_the_session_here(world: World) -> None:
    with requests.Session() as browser:
        sign_in(browser, world, SELIN)
        assert browser.get(f"{world.service}/besuche").url == f"{world.service}/besuche"
        address, hidden = form(browser.get(f"{world.issuer}/session/end"))  # as from another service: this one is told by the provider
        browser.post(address, data={**hidden, "logout": "yes"})
        assert browser.get(f"{world.service}/besuche").url.startswith(world.issuer)


def test_a_locked_desk_asks_for_the_password_although_its_cookie_was_deleted(world: World) -> None:
    with requests.Session() as browser:
        sign_in(browser, world, SELIN)
        locked = lock(browser, world.service)
        assert "Gesperrt ist nur dieser Dienst" in locked.text  # this provider keeps no lock for the others
        forget_the_services(browser)
        asked = browser.get(f"{world.service}/besuche")
        assert asked.url.startswith(world.issuer), asked.url  # it knew her, and would have let anybody in
        assert 'name="login"' in asked.text
        address, hidden = form(asked)
        unlocked = browser.post(address, data={**hidden, "login": SELIN, "password": "any"})
        assert unlocked.url == f"{world.service}/besuche"
        assert "Selin Aydın" in unlocked.text


def program_token(world: World, resource: str) -> str:
    answer = requests.post(
        f"{world.issuer}/token", data={"grant_type": "client_credentials", "resource": resource}, auth=("kim-report", SECRET), timeout=10
    )
    assert answer.ok, answer.text
    token: str = answer.json()["access_token"]
    return token


def asks(world: World, token: str, method: str = "GET") -> requests.Response:
    return requests.request(method, f"{world.service}/api/visits/", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_a_program_reads_with_a_token_made_for_this_service_what_its_roles_allow(world: World) -> None:
    token = program_token(world, world.service)
    assert asks(world, token).status_code == 200
    assert asks(world, token, "POST").status_code == 403  # the auditor sees, and records nothing


def test_a_token_made_for_another_service_or_changed_opens_nothing(world: World) -> None:
    assert asks(world, program_token(world, "https://other.example")).status_code == 401
    head, body, signature = program_token(world, world.service).split(".")
    flipped = signature[:-10] + ("A" if signature[-10] != "A" else "B") + signature[-9:]
    refused = asks(world, f"{head}.{body}.{flipped}")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
