"""The provider as a house runs it, on a database of its own, and a browser that walks through its pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from kim_login import accounts, services, signing_key
from kim_login.app import create
from kim_login.passwords import Passwords
from kim_login.settings import LoginSettings
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from servers.migrated import Migrated
from sqlalchemy import inspect, text

ISSUER = "http://localhost"
INTAKE, CASEWORK = "http://127.0.0.1:9", "http://127.0.0.1:10"  # nothing listens there
SECRET = "a client's secret of more than thirty-two letters"
SEAL = "uBq0dXf3mJ8sVw5nLr2kYtC7eGhPz1aQ9oIiN6vTjD4"
PASSWORD = "fuenf rote Stuehle"

Add = Callable[..., str]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """Of the database: what the provider does must be the same on both."""
    return str(request.param)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/login.db" if kind == "sqlite" else str(request.getfixturevalue("postgres_database_url"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path, migrated: Migrated) -> Iterator[str]:
    """A database with the provider's tables and nothing in them."""
    if kind == "sqlite":
        yield migrated.copy("kim_login", tmp_path / "login.db")
        return
    with request.getfixturevalue("migrated_on_postgres").copy("kim_login") as url:
        yield url


@pytest.fixture(scope="session")
def made_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key to sign with, made once: drawing one takes longer than most tests."""
    path = tmp_path_factory.mktemp("keys") / "login.json"
    signing_key.make(path)
    return path


@pytest.fixture(scope="session", autouse=True)
def keys_read_once() -> Iterator[None]:
    """Whether a key that is read is sound takes a tenth of a second to see: of one that was read before it is known."""
    known: dict[str, RSAKey] = {}

    def import_key(told: dict[str, Any]) -> RSAKey:
        written = json.dumps(told, sort_keys=True)
        if written not in known:
            known[written] = RSAKey.import_key(told)
        return known[written]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(signing_key, "RSAKey", SimpleNamespace(import_key=import_key, generate_key=RSAKey.generate_key))
        yield


@pytest.fixture
def settings(tmp_path: Path, database_url: str, made_key: Path) -> LoginSettings:
    copyfile(made_key, tmp_path / "login.json")
    return LoginSettings(
        organisation="staedteregion-aachen",
        organisation_name="StädteRegion Aachen",
        secret="a secret of more than thirty-two letters",
        public_url=ISSUER,
        database=database_url,
        login_key=tmp_path / "login.json",
        login_quick_hashes=True,
        login_seal=SEAL,
        demo=True,
    )


@pytest.fixture
def database(settings: LoginSettings) -> Iterator[Database]:
    made = Database(settings.database)
    with made.write() as rows:
        services.add(rows, "staedteregion-aachen.intake", INTAKE, secret=SECRET)
        services.add(rows, "staedteregion-aachen.casework", CASEWORK, secret=SECRET)
        services.add(rows, "staedteregion-aachen.report", "http://127.0.0.1:11", ["report_reader"], secret=SECRET)
    yield made
    made.close()


@pytest.fixture
def app(settings: LoginSettings, database: Database) -> Flask:
    """The application, without form protection; what it is worth is tested for all services in tests/web."""
    made = create(settings, database)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def add(database: Database) -> Add:
    """`add("thelen", "case_lead", password=…)`: an account; without a password it has a first one. Returns the password."""

    def made(login: str, *roles: str, **more: Any) -> str:
        with database.write() as rows:
            return accounts.add(rows, Passwords(quick=True), SystemClock(), login=login, name="Petra Thelen", roles=roles, **more)

    return made


@pytest.fixture
def aydin(add: Add) -> str:
    """An account that needs no code."""
    add("aydin", "intake_staff", sites=["arkaden"], staff="ma-7", password=PASSWORD)
    return "aydin"


def type_in(desk: FlaskClient, login: str, password: str = PASSWORD, *, follow: bool = True) -> Any:
    """Name and password typed; the page that comes next, or the way to where the browser was sent from."""
    answer = desk.post("/", data={"login": login, "password": password})
    return desk.get(answer.location) if follow and answer.status_code == 303 else answer


def signed_in(desk: FlaskClient) -> bool:
    """Whether the provider knows who sits at this browser."""
    return "Hier ist Petra Thelen angemeldet" in desk.get("/").text


def everything_in(url: str) -> str:
    """All that a database keeps, as text."""
    database = Database(url)
    with database.read() as rows:
        kept = [str(rows.execute(text(f"select * from {table}")).all()) for table in inspect(database.engine).get_table_names()]
    database.close()
    return "\n".join(kept)
