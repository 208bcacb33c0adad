"""Every service on a real SQLite database, and browsers in which somebody with exactly the wanted roles and sites is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from kim_report.settings import ReportSettings
from kim_runtime.act import Actor
from kim_runtime.settings import WebSettings
from kim_tools.declared import declared_services
from report import conftest as report
from servers.migrated import Migrated
from web import copied
from web.signed_in import NOBODYS_PROVIDER, bearer, sign_in

US = "staedteregion-aachen"
SERVICES = {service.name: service for service in declared_services()}
APPLICATIONS = (*SERVICES, "report")


@pytest.fixture
def application(houses: Any, tmp_path: Path, migrated: Migrated) -> Callable[[str], Flask]:
    def make(name: str) -> Flask:
        if name == "report":
            asked = ReportSettings(organisation=US, secret="x" * 40, sources="", token="", reports=tmp_path / "reports", **NOBODYS_PROVIDER)
            app = report.application(asked, houses.clock, report.opened(asked, migrated))
        else:
            house = houses(f"{US}.{name}", SERVICES[name])
            settings = WebSettings(organisation=US, secret="x" * 40, **NOBODYS_PROVIDER)
            app = copied.application(SERVICES[name].doors(), house.database, settings, house.clock, ready=lambda: True)
        app.config["WTF_CSRF_ENABLED"] = False  # kim_web's own tests have it on
        return app

    return make


@pytest.fixture
def signed_in() -> Callable[[Flask, Actor], Callable[..., Any]]:
    """`ask = signed_in(app, actor)`, then `ask("GET", "/faelle")`: pages by a session, the JSON door by a key of the actor's own."""

    def begin(app: Flask, actor: Actor) -> Callable[..., Any]:
        browser, program = sign_in(app.test_client(), actor), app.test_client()
        key = bearer(app, actor)

        def ask(method: str, address: str, **told: Any) -> Any:
            if address.startswith("/api/"):
                return program.open(address, method=method, headers=key, **told)
            return browser.open(address, method=method, **told)

        return ask

    return begin


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, empty_databases: Any) -> Iterator[Any]:
    """Two organisations that run every service, each with a thing of each kind."""
    from policy.network import two_organisations

    with two_organisations(tmp_path_factory.mktemp("two-organisations"), empty_databases) as both:
        yield both
