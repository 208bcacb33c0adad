"""Where the audit cannot be written nobody sees or does anything: on a database that is full, may only be read, or refuses the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_bus.tables import interventions
from kim_casework.doors import DOORS
from kim_runtime import migrations
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from kim_runtime.settings import WebSettings
from kim_web.app import create_app
from prometheus_client import REGISTRY
from service.conftest import HOUSE, PEOPLE
from sqlalchemy import event, func, select, text
from web.signed_in import NOBODYS_PROVIDER, sign_in

TITLE = "Das lässt sich gerade nicht aufschreiben"
REFUSE = "create trigger refuses before insert on kim_audit begin select raise(abort, 'no more of Max Mustermann'); end"


def opened(database: Database) -> Flask:
    settings = WebSettings(organisation=HOUSE, secret="x" * 40, **NOBODYS_PROVIDER)
    app = create_app(DOORS, database, settings, SystemClock(), ready=lambda: True)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def not_written() -> float:
    return REGISTRY.get_sample_value("kim_audit_not_written_total", {"mailbox": f"{HOUSE}.casework"}) or 0.0


def interventions_of(database: Database) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(interventions)).scalar_one()


def assert_says_what_to_do(answer: Any, page: str) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert page in answer.text


def test_an_act_whose_row_is_refused_is_taken_back(
    sit_down: Callable[[str], FlaskClient], casework: Any, parked_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    vogt, before = sit_down("vogt"), not_written()
    with casework.database.write() as session:
        session.execute(text(REFUSE))
    assert_says_what_to_do(vogt.post(f"/betrieb/{parked_id}/erneut"), TITLE)
    assert interventions_of(casework.database) == 0
    assert_says_what_to_do(vogt.get("/betrieb/"), TITLE)
    assert not_written() - before == 2
    assert "Mustermann" not in capsys.readouterr().err
    with casework.database.write() as session:
        session.execute(text("drop trigger refuses"))
    assert vogt.post(f"/betrieb/{parked_id}/erneut").status_code == 303
    assert interventions_of(casework.database) == 1


def test_a_program_is_told_with_a_code(program: Callable[..., Any], casework: Any) -> None:
    with casework.database.write() as session:
        session.execute(text(REFUSE))
    answer = program("GET", "/api/parked/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.json["code"] == "audit_not_written"


@pytest.mark.slow
def test_on_a_database_that_may_only_be_read_nothing_is_shown(casework: Any) -> None:
    app = opened(casework.database)
    vogt = sign_in(app.test_client(), PEOPLE["vogt"])
    assert vogt.get("/betrieb/").status_code == 200
    read_only = Database(f"sqlite:///file:{casework.database.url.database}?mode=ro&uri=true", casework.database.info)
    try:
        again = opened(read_only).test_client()
        for cookie in vogt._cookies.values():
            again.set_cookie(cookie.key, cookie.value)
        assert_says_what_to_do(again.get("/betrieb/"), TITLE)
    finally:
        read_only.close()


@pytest.mark.slow
def test_in_a_database_that_is_full_nothing_is_shown(casework: Any) -> None:
    app = opened(casework.database)
    vogt = sign_in(app.test_client(), PEOPLE["vogt"])

    def no_page_more(connection: Any, *_rest: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # it does not go below what there is

    event.listen(casework.database.engine, "begin", no_page_more)
    answer = None
    for _filling in range(400):
        answer = vogt.get("/betrieb/")
        if answer.status_code != 200:
            break
    assert_says_what_to_do(answer, TITLE)


@pytest.fixture
def on_postgresql(postgres_database_url: str) -> Iterator[Database]:
    database = Database(postgres_database_url)
    migrations.upgrade(database, "kim_casework")
    yield database
    database.close()


@pytest.mark.postgres
def test_on_a_postgresql_that_may_only_be_read_nothing_is_shown_or_done(on_postgresql: Database) -> None:
    app = opened(on_postgresql)
    thelen = sign_in(app.test_client(), PEOPLE["thelen"])
    assert thelen.get("/faelle").status_code == 200
    name = on_postgresql.url.database
    with on_postgresql.write() as session:
        session.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    on_postgresql.engine.dispose()
    assert_says_what_to_do(thelen.get("/faelle"), TITLE)
    site = {"site": "arkaden", "name": "Arkaden", "municipality": "05334002"}
    assert_says_what_to_do(thelen.post("/haus/standorte", data=site), "nicht")
    with on_postgresql.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
    on_postgresql.engine.dispose()
    assert thelen.get("/faelle").status_code == 200
