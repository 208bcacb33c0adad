"""What a browser finds on the pages of a service: links to follow, and forms to fill in."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from abuse.stage import Person, Target

TOKEN = "csrf_token"
START = ("/", "/betrieb", "/zugaenge")
OF_A_ROUTE = 2  # a list leads to hundreds of pages of one kind


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: name and value of each field, and what a choice offers."""

    page: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    choices: dict[str, tuple[str, ...]]


def read(page: str, text: str) -> tuple[list[str], list[Form], str]:
    """Links, forms, and the form token of a page."""
    tree = html.document_fromstring(text)
    links = [str(link) for link in tree.xpath("//a/@href") if str(link).startswith("/")]
    forms, token = [], ""
    for found in tree.xpath("//form"):
        fields, choices = [], {}
        for control in found.xpath(".//input | .//select | .//textarea | .//button"):
            name = control.get("name")
            if not name:
                continue
            if control.tag == "select":
                choices[name] = tuple(control.xpath(".//option/@value"))
                value = (control.xpath("string(.//option[@selected]/@value)")) or (choices[name][-1] if choices[name] else "")
            else:
                value = control.text or "" if control.tag == "textarea" else control.get("value", "")
            if control.get("type") in {"radio", "checkbox"}:
                choices[name] = (*choices.get(name, ()), value)
                if control.get("checked") is None:
                    continue
            if name == TOKEN:
                token = value
            fields.append((name, value))
        fields += [(name, offered[0]) for name, offered in choices.items() if offered and name not in dict(fields)]
        action = found.get("action") or page
        forms.append(Form(page, urlsplit(action).path, (found.get("method") or "get").upper(), tuple(fields), choices))
    return links, forms, token


def explore(
    target: Target, person: Person, limit: int, note: Callable[[str, TestResponse], None] = lambda _address, _answer: None
) -> tuple[list[str], list[Form]]:
    """Walk from page to page, as far as links lead. Returns the addresses seen and the forms, one of each place it is sent to.

    Each answer is given to `note` as it comes, with its address.
    """
    seen: set[str] = set()
    visited: Counter[str] = Counter()
    forms: dict[tuple[str, str], Form] = {}
    waiting = deque(START)
    while waiting and len(seen) < limit:
        address = waiting.popleft()
        route = route_of(target, address)
        if address in seen or visited[route] >= OF_A_ROUTE or route.startswith(("/static", "/abmelden", "/anmelden")):
            continue
        seen.add(address)
        visited[route] += 1
        answer = person.browser.get(address, follow_redirects=False)
        note(address, answer)
        if answer.status_code in {302, 303} and answer.location.startswith("/"):
            waiting.append(answer.location)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        links, found, token = read(address, answer.text)
        person.token = token or person.token
        waiting.extend(links)
        for form in found:
            forms.setdefault((route_of(target, form.action, form.method), form.method), form)
    return sorted(seen), [form for form in forms.values() if not form.action.startswith("/abmelden")]


def route_of(target: Target, address: str, method: str = "GET") -> str:
    """The pattern an address belongs to."""
    try:
        rule, _values = target.app.url_map.bind("localhost").match(urlsplit(address).path, method=method, return_rule=True)
    except HTTPException:
        return "unknown"
    return str(rule.rule)
