"""A house in which one message is parked and one is stuck, and the people who look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import START, EmptyDatabases, Houses
from flask import Flask
from flask.testing import FlaskClient
from kim_bus import tables
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.outbox import emit
from kim_bus.reaction import Reaction
from kim_casework.doors import DOORS
from kim_runtime.act import Actor
from kim_runtime.clock import SetClock, SystemClock
from kim_runtime.database import Database
from kim_runtime.refusal import Refused
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from kim_web.web import EXTENSION
from web.signed_in import NOBODYS_PROVIDER, bearer, sign_in

HOUSE = "staedteregion-aachen"
PEOPLE = {
    "vogt": Actor("vogt", "Jonas Vogt", HOUSE, frozenset({"ops"})),
    "thelen": Actor("thelen", "Petra Thelen", HOUSE, frozenset({"case_lead", "case_manager"})),
    "pruefer": Actor("pruefer", "Ute Prüfer", HOUSE, frozenset({"auditor"})),
}
TALK = {"site": "aachen-arkaden", "service": "school_entry", "kind": "first", "day": date(2022, 5, 10), "persons_present": 5, "topics": []}
PARKED = "consultation.recorded.v1"
CASE = {"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": date(2022, 5, 10)}


def ids(house: Any, table: Any) -> list[str]:
    with house.database.read() as session:
        return [row.event_id for row in session.execute(table.select())]


@pytest.fixture(scope="session")
def troubled(
    tmp_path_factory: pytest.TempPathFactory, empty_databases: EmptyDatabases, directory: Directory, keys: dict[str, Keys]
) -> Path:
    """Casework's database, with one event of intake parked and one of its own stuck; each test has a copy."""

    def refuse(_session: Any, _act: Any, _event: Any) -> None:
        raise Refused("site_unknown", "Der Standort ist unbekannt.")

    houses = Houses(tmp_path_factory.mktemp("troubled"), empty_databases, directory, keys, SetClock(START))
    house = houses(f"{HOUSE}.casework", reactions=[Reaction(PARKED, refuse)])
    intake = houses(f"{HOUSE}.intake")
    with intake.database.write() as session:
        emit(session, intake.act(), PARKED, subject="talk-7", version=1, data=TALK)
    while sum(one.courier.pump() for one in houses.opened):
        pass
    with house.database.write() as session:
        emit(session, house.act(), "case.changed.v1", subject="case-41", version=1, data=CASE)
        now = house.clock.now()
        session.execute(tables.outbox.update().values(stuck_at=now, attempts=12, last_error="returned", next_attempt_at=now))
    houses.close()
    return houses.folder / f"{house.mailbox}.sqlite3"


@pytest.fixture
def casework(houses: Houses, troubled: Path) -> Any:
    """Casework with that database. The parked event would take effect if it were tried again."""
    return houses(f"{HOUSE}.casework", copy_of=troubled, reactions=[Reaction(PARKED, lambda _session, _act, _event: None)])


@pytest.fixture
def parked_id(casework: Any) -> str:
    return ids(casework, tables.inbox)[0]


@pytest.fixture
def stuck_id(casework: Any) -> str:
    return ids(casework, tables.outbox)[0]


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests, since putting one together takes longer than most of them; `sit_down` gives it its house."""
    settings = WebSettings(organisation=HOUSE, secret="x" * 40, **NOBODYS_PROVIDER)
    nowhere = Database(f"sqlite:///{tmp_path_factory.mktemp('nowhere') / 'empty.sqlite3'}")
    return create_app(DOORS, nowhere, settings, SystemClock(), ready=lambda: True)


@pytest.fixture
def sit_down(application: Flask, casework: Any) -> Callable[[str], FlaskClient]:
    """A browser in which somebody is signed in at the house."""
    web = application.extensions[EXTENSION]
    application.extensions[EXTENSION] = replace(web, database=casework.database, clock=casework.clock)
    application.config["WTF_CSRF_ENABLED"] = False  # kim_web's own tests have it on

    def sit(person: str) -> FlaskClient:
        return sign_in(application.test_client(), PEOPLE[person])

    return sit


@pytest.fixture
def program(sit_down: Callable[[str], FlaskClient]) -> Callable[..., Any]:
    """`program("GET", "/api/parked/")` as the operator's program, or as somebody else's."""

    def ask(method: str, path: str, by: str = "vogt", **sent: Any) -> Any:
        app = sit_down(by).application
        return app.test_client().open(path, method=method, headers=bearer(app, PEOPLE[by]), **sent)

    return ask
