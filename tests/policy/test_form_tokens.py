"""No form of any service is taken without its token, nor with that of another's session; and the JSON door takes no cookie at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from abuse.stage import OF_A_REFUSAL, Commits
from flask import Flask
from kim_login import accounts, signing_key
from kim_login.app import create as create_login
from kim_login.passwords import Passwords
from kim_login.settings import LoginSettings
from kim_runtime import migrations
from kim_runtime.act import Actor
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.ids import new_id
from kim_web.policy import is_static
from kim_web.web import EXTENSION
from policy import things
from policy.conftest import APPLICATIONS, US
from policy.typed import typed
from web.signed_in import secret_of_session

pytestmark = pytest.mark.slow

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
PASSWORD = "fuenf rote Stuehle"
# Views that take no form of a page, and what shows them who asks.
OTHERWISE = {
    "account.provider_says": "a token signed by the provider",
    "desk_lock.provider_locks": "a token signed by the provider",
    "desk_lock.provider_asks": "a token signed by the provider",
    "house_lock.neighbour_locks": "a word signed with the secret of the house",
    "shared_desk.keep": "a cookie that comes with no form of a foreign page; what is kept is for its owner alone",
    "endpoints.token": "the secret of a service",
    "desk_lock.lock_session": "the secret of a service",
    "desk_lock.end_sessions": "the secret of a service",
}


def posts(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, address with unknown ids, endpoint) of all that changes something."""
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            if not is_static(rule.endpoint):
                yield method, adapter.build(rule.endpoint, {name: new_id() for name in rule.arguments}, method=method), rule.endpoint


def token_of(client: Any, address: str) -> str:
    found = TOKEN.search(client.get(address, follow_redirects=True).text)
    assert found, address
    return found[1]


class Browser:
    """A browser in which somebody is signed in, and the token of its forms."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        self.client = app.test_client()
        self.client.set_cookie(*secret_of_session(app, actor))
        self.token = token_of(self.client, "/zugang/")


@pytest.fixture(scope="module")
def with_tokens(network: Any) -> dict[str, Flask]:
    apps: dict[str, Flask] = network[0].apps
    for app in apps.values():
        app.config["WTF_CSRF_ENABLED"] = True
    return apps


@pytest.mark.parametrize("service", APPLICATIONS)
def test_a_form_without_its_token_changes_nothing(with_tokens, network, service):
    us, app = network[0], with_tokens[service]
    mine, another = Browser(app, us.owner), Browser(app, Actor("andere", "Andere", US, us.owner.roles))
    commits, wrong, walked = Commits(app.extensions[EXTENSION].rows), [], 0
    for method, unknown, endpoint in posts(app):
        if unknown.startswith("/api/") or endpoint in OTHERWISE:
            continue
        fields = typed(service, endpoint, us.things[service])
        for said, extra in (("none", {}), ("an empty one", {"csrf_token": ""}), ("another's", {"csrf_token": another.token})):
            for address in dict.fromkeys((unknown, real(us, service, app, endpoint, method))):
                commits.since()
                answer = mine.client.open(address, method=method, data={**fields, **extra})
                changed = {table for table in commits.since() if not OF_A_REFUSAL.fullmatch(table)}
                walked += 1
                if answer.status_code not in {400, 403} or changed:
                    wrong.append(f"{method} {endpoint} with {said}: {answer.status_code}, changed {sorted(changed)}")
        with_its_own = mine.client.open(unknown, method=method, data={**fields, "csrf_token": mine.token})
        if with_its_own.status_code == 400:
            wrong.append(f"{method} {endpoint} with its own: 400")
        if "kim_session" in commits.since() and not TOKEN.search(mine.client.get("/zugang/").text):  # it signs out, or locks
            mine = Browser(app, us.owner)
    assert TOKEN.search(mine.client.get("/zugang/").text), "somebody was signed out unseen: what came after was refused for that"
    assert wrong == []
    assert walked >= 9


def real(us: Any, service: str, app: Flask, endpoint: str, method: str) -> str:
    """The same address with our own things, where it has any: a form that would be carried out."""
    rule = next(one for one in app.url_map.iter_rules(endpoint) if method in (one.methods or ()))
    kinds = {name: things.kind_at(service, re.split(rf"<(?:\w+:)?{name}>", rule.rule)[0], endpoint) for name in rule.arguments}
    return app.url_map.bind("").build(endpoint, {name: us.things[service][str(kind)] for name, kind in kinds.items()}, method=method)


@pytest.mark.parametrize("service", APPLICATIONS)
def test_the_json_door_takes_no_cookie(with_tokens, network, service):
    us, app = network[0], with_tokens[service]
    mine, walked = Browser(app, us.owner), 0
    commits = Commits(app.extensions[EXTENSION].rows)
    for method, address, endpoint in posts(app):
        if address.startswith("/api/"):
            for headers in ({}, {"X-CSRFToken": mine.token}):
                for sent in ({"json": {}}, {"data": "{}", "content_type": "text/plain"}, {"data": {"csrf_token": mine.token}}):
                    answer, walked = mine.client.open(address, method=method, headers=headers, **sent), walked + 1
                    assert answer.status_code == 401, (endpoint, sent)
    assert commits.since() <= {"kim_audit"}
    assert walked or service == "report"


@pytest.mark.parametrize("service", APPLICATIONS)
def test_who_takes_no_form_is_named_here_and_refuses_what_is_not_signed(with_tokens, network, service):
    us, app = network[0], with_tokens[service]
    from flask_wtf.csrf import CSRFProtect

    protect: CSRFProtect = app.extensions["csrf"]
    exempt = {
        endpoint for _method, address, endpoint in posts(app)
        if not address.startswith("/api/") and _dotted(app, endpoint) in protect._exempt_views
    }  # fmt: skip
    assert exempt <= set(OTHERWISE)
    mine, commits = Browser(app, us.owner), Commits(app.extensions[EXTENSION].rows)
    for method, address, endpoint in posts(app):
        if endpoint in exempt and endpoint != "shared_desk.keep":
            answer = mine.client.open(address, method=method, data={"logout_token": "x", "token": "x"})
            assert answer.status_code in {400, 401, 403}, endpoint
            assert {table for table in commits.since() if not OF_A_REFUSAL.fullmatch(table)} == set(), endpoint


def _dotted(app: Flask, endpoint: str) -> str:
    view = app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[tuple[Flask, Database]]:
    settings = LoginSettings(
        organisation=US, organisation_name="StädteRegion Aachen", secret="x" * 40, public_url="http://localhost",
        database=f"sqlite:///{tmp_path}/login.db", login_key=tmp_path / "login.json", login_quick_hashes=True, demo=True,
    )  # fmt: skip
    signing_key.make(settings.login_key)
    database = Database(settings.database)
    migrations.upgrade(database, "kim_login")
    with database.write() as rows:
        accounts.add(rows, Passwords(quick=True), SystemClock(), login="aydin", name="Aydın", roles=("intake_staff",), password=PASSWORD)
    yield create_login(settings, database), database
    database.close()


def test_the_provider_takes_no_form_without_its_token(provider):
    app, database = provider
    mine, another = app.test_client(), app.test_client()
    token_of(mine, "/")
    foreign, commits, walked = token_of(another, "/"), Commits(database), 0
    for method, address, endpoint in posts(app):
        if endpoint in OTHERWISE:
            continue
        for extra in ({}, {"csrf_token": ""}, {"csrf_token": foreign}):
            commits.since()
            answer = mine.open(address, method=method, data={"login": "aydin", "password": PASSWORD, **extra})
            walked += 1
            assert answer.status_code in {400, 403}, (endpoint, extra, answer.status_code)
            assert commits.since() == set(), endpoint
    assert walked >= 9
    entered = mine.post("/", data={"login": "aydin", "password": PASSWORD, "csrf_token": token_of(mine, "/")})
    assert entered.status_code == 303


def test_the_provider_names_who_takes_no_form(provider):
    app, _database = provider
    exempt = {endpoint for _method, _address, endpoint in posts(app) if _dotted(app, endpoint) in app.extensions["csrf"]._exempt_views}
    assert exempt == {"endpoints.token", "desk_lock.lock_session", "desk_lock.end_sessions"}
    browser = app.test_client()
    for method, address, endpoint in posts(app):
        if endpoint in exempt:
            assert browser.open(address, method=method, data={}).status_code in {400, 401, 403}, endpoint
