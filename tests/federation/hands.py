"""What somebody does at a browser: signing in at the foreign provider, locking the desk, deleting cookies."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import requests
from federation.conftest import World

SELIN, KATRIN, STRANGER = "f0c9", "b21e", "77aa"
ASKS = 'name="login"'  # the provider's page does, for name and password


def form(page: requests.Response) -> tuple[str, dict[str, str]]:
    """Where the form of a page leads, and its hidden fields."""
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert action, page.text[:500]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return urljoin(page.url, unescape(action[1])), {name: unescape(value) for name, value in hidden}


def sign_in(browser: requests.Session, world: World, who: str, wanted: str = "/besuche", service: str = "") -> requests.Response:
    """Go to a page, sign in at the provider, and come back."""
    page = browser.get(f"{service or world.service}{wanted}")
    assert page.url.startswith(world.issuer), page.text[:500]
    return type_password(browser, page, who)


def type_password(browser: requests.Session, page: requests.Response, who: str) -> requests.Response:
    """On the provider's page that asks for it."""
    address, hidden = form(page)
    return browser.post(address, data={**hidden, "login": who, "password": "any"})


def lock(browser: requests.Session, service: str) -> requests.Response:
    """By the button in the head of a page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{service}/besuche").text)
    assert token
    return browser.post(f"{service}/sperren", data={"csrf_token": token[1]})


def forget_the_services(browser: requests.Session) -> None:
    """Delete their cookies; the provider's stays."""
    for cookie in [one for one in browser.cookies if one.name.startswith("kim_")]:
        browser.cookies.clear(cookie.domain, cookie.path, cookie.name)
