"""At a provider nobody here wrote, which keeps no lock of a desk, the services of a house tell each other (`KIM_HOUSE_SECRET`)."""

from __future__ import annotations

import time

import pytest
import requests
from federation.conftest import World
from federation.hands import ASKS, KATRIN, SELIN, forget_the_services, lock, sign_in, type_password

pytestmark = pytest.mark.node


def is_open(browser: requests.Session, service: str) -> bool:
    """Whether the page of visits is shown, without a password typed."""
    return browser.get(f"{service}/besuche").url == f"{service}/besuche"


def comes_in(browser: requests.Session, world: World, who: str = SELIN) -> None:
    """The password is typed once and opens both services."""
    first, second = world.together
    assert sign_in(browser, world, who, service=first).url == f"{first}/besuche"
    assert is_open(browser, second)


def test_a_desk_locked_in_one_service_is_locked_in_the_other_until_the_password_is_typed(world: World) -> None:
    first, second = world.together
    with requests.Session() as browser:
        comes_in(browser, world)
        locked = lock(browser, first)
        assert locked.url.startswith(f"{first}/gesperrt")
        assert "Gesperrt ist nur dieser Dienst" not in locked.text
        page = browser.get(f"{second}/besuche")
        assert "der Platz ist gesperrt" in page.text
        asked = browser.get(f"{second}/anmelden?next=/besuche")
        assert asked.url.startswith(world.issuer) and ASKS in asked.text
        assert type_password(browser, asked, SELIN).url == f"{second}/besuche"
        assert is_open(browser, second)


def test_whatever_cookies_of_services_are_deleted_the_provider_is_told_to_ask(world: World) -> None:
    first, second = world.together
    with requests.Session() as browser:
        comes_in(browser, world)
        lock(browser, first)
        forget_the_services(browser)
        for service in (second, first):
            asked = browser.get(f"{service}/besuche")
            assert asked.url.startswith(world.issuer) and ASKS in asked.text, "it knew her, and would have let anybody in"


def test_a_service_she_had_not_opened_asks_too_and_after_the_password_opens(world: World) -> None:
    first, second = world.together
    with requests.Session() as browser:
        sign_in(browser, world, SELIN, service=first)
        lock(browser, first)
        asked = browser.get(f"{second}/besuche")
        assert asked.url.startswith(world.issuer) and ASKS in asked.text
        assert type_password(browser, asked, SELIN).url == f"{second}/besuche"


def test_once_the_password_was_typed_the_lock_of_before_asks_no_more_where_the_provider_says_when(world: World) -> None:
    first, second = world.together
    with requests.Session() as browser:
        comes_in(browser, world)
        lock(browser, first)
        asked = browser.get(f"{first}/anmelden?next=/besuche")
        time.sleep(1)  # the provider says it in whole seconds
        assert type_password(browser, asked, SELIN).url == f"{first}/besuche"
        forget_the_services(browser)
        assert is_open(browser, second) is world.says_when


def test_the_lock_is_the_persons_at_each_desk_and_nobody_elses(world: World) -> None:
    first, second = world.together
    with requests.Session() as here, requests.Session() as elsewhere, requests.Session() as katrins:
        comes_in(here, world)
        comes_in(elsewhere, world)
        comes_in(katrins, world, KATRIN)
        lock(here, first)
        assert not is_open(elsewhere, second)
        assert is_open(katrins, first) and is_open(katrins, second)


def test_a_service_without_the_secret_is_not_locked_along(world: World) -> None:
    first, _second = world.together
    with requests.Session() as browser:
        comes_in(browser, world)
        assert is_open(browser, world.service)
        lock(browser, first)
        assert is_open(browser, world.service)
