"""Errors: a number for the log, a sentence for the person, and never the text of the exception."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from kim_runtime import logs
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from kim_web.json_door import JsonDoor
from kim_web.page import Pages, see
from kim_web.web import EXTENSION
from sqlalchemy import text
from web.conftest import ACTORS, Make
from web.sample.doors import DOORS
from web.signed_in import bearer, sign_in

NUMBER = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{8}\b")


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_a_failure_has_a_number_that_is_found_in_the_log(desk: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("staedteregion-aachen", "intake", "web")
    page = desk.get("/besuche/broken")
    assert page.status_code == 500
    assert "the name of somebody" not in page.text
    lines = log_lines(capsys)
    (failed,) = [line for line in lines if line["event"] == "request failed"]
    assert str(failed["support_number"]) in page.text
    assert NUMBER.search(str(failed["support_number"]))
    assert failed["error"] == "RuntimeError"
    assert "doors.py" in str(failed["where"])
    assert failed["correlation_id"] == page.headers["X-Correlation-Id"]
    assert "the name of somebody" not in str(lines)


def test_a_page_of_any_error_names_its_request(desk: FlaskClient) -> None:
    page = desk.get("/nirgends")
    assert page.status_code == 404
    number = page.headers["X-Correlation-Id"][-12:]
    assert number in page.text
    assert "Nummer für die IT" in page.text


def test_a_program_gets_the_number_too(make: Make) -> None:
    broken = JsonDoor("broken", __name__)

    @broken.route("/")
    @broken.guard("visit.see")
    def fail() -> None:
        raise RuntimeError("the name of somebody")

    app = make(doors=replace(DOORS, apis=(*DOORS.apis, broken)))
    answer = app.test_client().get("/api/broken/", headers=bearer(app, ACTORS["aydin"]))
    assert answer.status_code == 500
    assert answer.json and answer.json["code"] == "internal_error"
    assert NUMBER.fullmatch(answer.json["support_number"])
    assert "somebody" not in answer.text


def test_a_refusal_outside_a_form_is_a_page(desk: FlaskClient) -> None:
    page = desk.get("/besuche/secret")
    assert page.status_code == 403
    assert "Dieser Besuch gehört einer anderen Stelle." in page.text
    assert desk.get("/besuche/none").status_code == 404


def test_a_database_that_does_not_answer_is_said_so(make: Make, settings: Settings) -> None:
    looking = Pages("looking", __name__)

    @looking.get("/looking")
    @looking.guard("visit.see")
    def look() -> str:
        with see() as (session, _act):
            session.execute(text("select 1"))
        return ""

    app = make(doors=replace(DOORS, pages=(*DOORS.pages, looking)))
    browser = sign_in(app.test_client(), ACTORS["aydin"])
    web = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(web, database=Database("sqlite:////nowhere/at/all.db"))
    answer = browser.get("/looking")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Zurzeit nicht erreichbar" in answer.text


def test_a_form_too_large_to_be_read_is_no_fault_of_the_service_for_whom_is_signed_out(desk: FlaskClient) -> None:
    desk.post("/sperren")
    answer = desk.post("/besuche", data={"need": "x" * 2_000_000})
    assert answer.status_code in {302, 303, 413}
