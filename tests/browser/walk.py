"""Finds every page of an application: routes without a value as they stand, the others by the links people would follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask
from lxml import html as lxml_html
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

NO_PAGES = ("static", "health", "openapi", "api_")  # files, health, and the door for programs with the page that tries it out
ENOUGH = 4  # how many things of a kind are looked at to find the one that has most to show
LEAD_ELSEWHERE = {
    "account.start": "to the first page one may see",
    "account.sign_in": "to the provider",
    "account.come_back": "from the provider to the page one wanted",
    "audit.export": "to a file",
    "shared_desk.locked": "to the page one wanted, unless the desk is locked",
    "shared_desk.state": "to the script of an open page",
    "shared_desk.working": "to the script of an open page",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A page, who was let in, and how much stands on it."""

    person: str
    path: str
    size: int


def routes(app: Flask) -> set[str]:
    """The endpoints that people see in a browser."""
    gets = [rule for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods]
    shown = {rule.endpoint for rule in gets if not rule.endpoint.startswith(NO_PAGES) and not rule.rule.endswith(".pdf")}
    return shown - set(LEAD_ELSEWHERE)


def crawl(app: Flask, page: Page, person: str) -> dict[str, Found]:
    """By endpoint, of all pages of the application this person comes to, the one with most on it."""
    known = routes(app)
    waiting = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in known and not rule.arguments]
    address, looked, found = page.url, set(waiting), {}
    counted: dict[str, int] = defaultdict(int)
    while waiting:
        path = waiting.pop(0)
        answer = page.request.get(urljoin(address, path), max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        text = answer.text()
        endpoint = endpoint_of(app, path)
        if endpoint in known and (endpoint not in found or len(text) > found[endpoint].size):
            found[endpoint] = Found(person, path, len(text))
        for link in _links(text, urljoin(address, path)):
            reached = endpoint_of(app, link)
            if reached in known and link not in looked and counted[reached] < ENOUGH:
                counted[reached] += 1
                looked.add(link)
                waiting.append(link)
    return found


def endpoint_of(app: Flask, path: str) -> str:
    """The endpoint that answers a path; empty where none does."""
    try:
        matched: tuple[str, Any] = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")
    except HTTPException:
        return ""
    return matched[0]


def _links(text: str, base: str) -> Iterable[str]:
    own = urlsplit(base).netloc
    for href in lxml_html.document_fromstring(text).xpath("//a/@href"):
        parts = urlsplit(urljoin(base, str(href)))
        if parts.netloc == own and "lang" not in parse_qs(parts.query):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path
