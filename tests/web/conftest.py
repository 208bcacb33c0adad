from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from conftest import EmptyDatabases
from flask import Flask
from flask.testing import FlaskClient
from kim_audit.tables import metadata as audit
from kim_runtime.act import Actor
from kim_runtime.clock import SetClock
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from kim_web import tables
from kim_web.app import create_app
from web.sample import doors
from web.signed_in import NOBODYS_PROVIDER, bearer, sign_in
from web.sly_provider import SlyProvider, sly_provider
from werkzeug.serving import make_server

NOON = SetClock(datetime(2022, 8, 15, 10, 0, tzinfo=UTC))

ACTORS = {
    actor.id: actor
    for actor in (
        Actor("aydin", "Selin Aydın", "staedteregion-aachen", frozenset({"intake_staff"}), frozenset({"arkaden"})),
        Actor("pruefer", "Ute Prüfer", "staedteregion-aachen", frozenset({"auditor"})),
        Actor("lenzen", "Jürgen Lenzen", "staedteregion-aachen", frozenset({"hr_staff"})),
    )
}

TABLES = (tables.metadata, audit)
Make = Callable[..., Flask]


def settings_in(folder: Path) -> Settings:
    return Settings(
        organisation="staedteregion-aachen",
        database=f"sqlite:///{folder}/web.db",
        broker=f"sqlite:///{folder}/broker",
        directory=folder / "directory.json",
        keys=folder / "keys.json",
        secret="a secret of more than thirty-two letters",
        demo=True,
        **NOBODYS_PROVIDER,
        oidc_person_claim="preferred_username",
        neighbours="intake=http://localhost:8101,casework=http://localhost:8102",
    )


def opened(url: str, empty_databases: EmptyDatabases | None = None) -> Database:
    """A database with the tables that pages need: copied where there is a file to copy and none at `url`, and made otherwise."""
    database = Database(url)
    file = Path(database.url.database or "")
    if empty_databases is not None and database.is_sqlite and not file.exists():
        empty_databases.copy(TABLES, file)
    else:
        for some in TABLES:
            some.create_all(database.engine)
    return database


def build(settings: Settings, database: Database, **changed: Any) -> Flask:
    """The sample's application; `database` has the tables."""
    given = {"doors": doors.DOORS, "clock": NOON, "ready": lambda: True, "organisation_name": "StädteRegion Aachen", **changed}
    return create_app(database=database, settings=settings, **given)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def make(settings: Settings, empty_databases: EmptyDatabases) -> Iterator[Make]:
    """Builds an application of one's own; `settings` and whatever `create_app` takes can be replaced."""
    databases: list[Database] = []

    def make_one(**changed: Any) -> Flask:
        chosen = changed.pop("settings", settings)
        databases.append(opened(chosen.database, empty_databases))
        return build(chosen, databases[-1], **changed)

    yield make_one
    for database in databases:
        database.close()


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory, empty_databases: EmptyDatabases) -> Iterator[Flask]:
    settings = settings_in(tmp_path_factory.mktemp("web"))
    database = opened(settings.database, empty_databases)
    yield build(settings, database)
    database.close()


@pytest.fixture
def app(shared_app: Flask) -> Flask:
    """The sample's application, without form protection: its own tests turn it on."""
    shared_app.config["WTF_CSRF_ENABLED"] = False
    doors.VISITS.clear()
    return shared_app


@pytest.fixture
def token(app: Flask) -> dict[str, str]:
    """The header of a program that acts for Selin Aydın."""
    return bearer(app, ACTORS["aydin"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """A browser in which Selin Aydın is signed in."""
    return sign_in(client, ACTORS["aydin"])


@pytest.fixture
def served_app(make: Make) -> Flask:
    return make()


@pytest.fixture
def address(served_app: Flask) -> Iterator[str]:
    """The sample served on a free port, with form protection on."""
    server = make_server("127.0.0.1", 0, served_app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def provider() -> Iterator[SlyProvider]:
    with sly_provider() as found:
        yield found


@pytest.fixture
def visitor(make: Make, settings: Settings, provider: SlyProvider) -> FlaskClient:
    app = make(settings=replace(settings, oidc_issuer=provider.issuer))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()
