from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_runtime.clock import SetClock
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from kim_web.app import create_app
from web.sample import doors
from werkzeug.serving import make_server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")

ACTORS = [
    {"id": "aydin", "name": "Selin Aydın", "organisation": "staedteregion-aachen", "roles": ["intake_staff"], "sites": ["arkaden"]},
    {"id": "pruefer", "name": "Ute Prüfer", "organisation": "staedteregion-aachen", "roles": ["auditor"], "sites": []},
    {"id": "lenzen", "name": "Jürgen Lenzen", "organisation": "staedteregion-aachen", "roles": ["hr_staff"], "sites": []},
    {"id": "jansen", "name": "Peter Jansen", "organisation": "caritas-eifel", "roles": ["intake_staff"], "sites": []},
]

Make = Callable[..., Flask]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    actors = tmp_path / "actors.json"
    actors.write_text(json.dumps(ACTORS), encoding="utf-8")
    return Settings(
        organisation="staedteregion-aachen",
        database=f"sqlite:///{tmp_path}/web.db",
        broker=f"sqlite:///{tmp_path}/broker",
        directory=tmp_path / "directory.json",
        keys=tmp_path / "keys.json",
        secret="a secret of more than thirty-two letters",
        demo=True,
        demo_actors=actors,
        neighbours="intake=http://localhost:8101,casework=http://localhost:8102",
    )


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Builds the sample's application; `settings` and whatever `create_app` takes can be replaced."""
    databases: list[Database] = []

    def build(**changed: Any) -> Flask:
        chosen = changed.pop("settings", settings)
        database = Database(chosen.database)
        databases.append(database)
        given = {"ready": lambda: True, "organisation_name": "StädteRegion Aachen", **changed}
        return create_app(
            given.pop("doors", doors.DOORS), database, chosen, SetClock(datetime(2022, 8, 15, 7, 5, tzinfo=UTC)), **given
        )

    doors.VISITS.clear()
    yield build
    for database in databases:
        database.close()


@pytest.fixture
def app(make: Make) -> Flask:
    made = make()
    made.config["WTF_CSRF_ENABLED"] = False  # its own tests turn it on
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """A browser in which Selin Aydın is signed in."""
    assert client.post("/anmelden", data={"actor": "aydin"}).status_code == 303
    return client


@pytest.fixture
def address(make: Make) -> Iterator[str]:
    """The sample served on a free port, with form protection on."""
    server = make_server("127.0.0.1", 0, make(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: set CHROMIUM, or apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}
