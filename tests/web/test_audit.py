"""What the audit is told: acts and looks with who and what, refusals, who comes and goes; and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from kim_audit.tables import entries, metadata
from kim_runtime.database import Database
from kim_web.web import EXTENSION
from sqlalchemy import select
from web.conftest import ACTORS, Make
from web.signed_in import bearer, sign_in


def told(client: FlaskClient) -> list[tuple[Any, ...]]:
    with client.application.extensions[EXTENSION].rows.read() as rows:
        wanted = (entries.c.actor_id, entries.c.action, entries.c.thing, entries.c.outcome)
        return [tuple(row) for row in rows.execute(select(*wanted).order_by(entries.c.serial))]


def quiet(make: Make) -> FlaskClient:
    app = make()
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), ACTORS["aydin"])


def test_a_look_is_written_with_who_and_what(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche")
    assert told(desk) == [("aydin", "visit.see", "", "seen")]


def test_what_one_may_not_see_or_do_is_written_as_denied(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche/secret")
    desk.get("/besuche/none")
    auditor = sign_in(desk.application.test_client(), ACTORS["pruefer"])
    auditor.post("/besuche", data={})
    assert told(desk) == [
        ("aydin", "visit.see", "visits:secret", "denied"),
        ("aydin", "visit.see", "visits:?", "denied"),  # no id that we know: it may be anybody's name
        ("pruefer", "visit.record", "", "denied"),
    ]


def test_a_form_that_came_back_is_a_look_too(make: Make) -> None:
    desk = quiet(make)
    assert desk.post("/besuche", data={"persons_present": "x"}).status_code == 422
    assert told(desk) == [("aydin", "visit.record", "", "seen")]


def test_a_name_in_an_address_that_leads_nowhere_is_not_written(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche/Max%20Mustermann%20geb.%201.2.1980")
    assert told(desk) == [("aydin", "visit.see", "visits:?", "denied")]


def test_a_program_is_written_as_its_owner(make: Make) -> None:
    desk = quiet(make)
    desk.application.test_client().get("/api/visits/", headers=bearer(desk.application, ACTORS["pruefer"]))
    assert told(desk) == [("pruefer", "visit.see", "", "seen")]


def test_open_pages_and_ones_own_account_are_nobodys_business(make: Make) -> None:
    desk = quiet(make)
    for address in ("/offen", "/barrierefreiheit", "/zugang/", "/healthz", "/metrics", "/nowhere", "/static/kim.css"):
        desk.get(address)
    assert told(desk) == []


def test_leaving_is_written(make: Make) -> None:
    desk = quiet(make)
    desk.post("/abmelden")
    assert told(desk) == [("aydin", "sign_in", "", "signed_out")]


def test_no_name_is_written(make: Make) -> None:
    desk = quiet(make)
    desk.get("/besuche?name=Mustermann")
    desk.post("/abmelden")
    with desk.application.extensions[EXTENSION].rows.read() as rows:
        assert "Aydın" not in str(rows.execute(select(entries)).all()) and "Mustermann" not in str(rows.execute(select(entries)).all())


def test_what_cannot_be_written_down_is_not_shown(make: Make) -> None:
    desk = quiet(make)
    app = desk.application
    web = app.extensions[EXTENSION]
    metadata.drop_all(web.rows.engine)
    answer = desk.get("/besuche")
    assert answer.status_code >= 500
    assert "<h1>Heute am Standort</h1>" not in answer.text
    app.extensions[EXTENSION] = replace(web, database=Database(str(web.rows.url)))
