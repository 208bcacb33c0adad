"""The auditor's page and command: what was written, who may read it, and that reading it is written too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_audit.sealing import seal
from kim_audit.tables import entries
from kim_runtime.clock import SystemClock
from kim_service.pages.audit import plain
from sqlalchemy import select
from web.static_html import faults


@pytest.fixture
def auditor(sit_down: Callable[[str], FlaskClient]) -> FlaskClient:
    sit_down("vogt").get("/betrieb/")
    return sit_down("pruefer")


def test_the_auditor_reads_who_saw_what_and_that_is_written_too(auditor: FlaskClient, casework: Any) -> None:
    page = auditor.get("/pruefung/")
    assert page.status_code == 200 and "parked.see" in page.text and "Vogt" not in page.text
    assert faults(page.text) == []
    assert "audit.read" in auditor.get("/pruefung/?wer=pruefer").text
    with casework.database.read() as session:
        assert ("pruefer", "audit.read") in {tuple(row) for row in session.execute(select(entries.c.actor_id, entries.c.action))}


def test_one_may_look_for_a_person_a_day_an_outcome(auditor: FlaskClient) -> None:
    assert "parked.see" in auditor.get("/pruefung/?wer=vogt&ausgang=seen").text
    for nothing in ("?wer=nobody", "?tag=1.1.2020", "?ausgang=denied", "?woran=cases:1", "?vor=1"):
        assert "Nichts gefunden" in auditor.get(f"/pruefung/{nothing}").text, nothing
    assert auditor.get("/pruefung/?tag=gestern&vor=viel&ausgang=x").status_code == 200


def test_the_seals_are_checked_on_the_page(auditor: FlaskClient, casework: Any) -> None:
    with casework.database.write() as session:
        seal(session, SystemClock().now())
    assert "wie es versiegelt wurde" in auditor.get("/pruefung/?kette=1").text
    with casework.database.write() as session:
        session.execute(entries.update().values(actor_id="breuer").where(entries.c.seal == 1))
    assert "was changed" in auditor.get("/pruefung/?kette=1").text


def test_it_is_given_out_as_a_table(auditor: FlaskClient) -> None:
    answer = auditor.get("/pruefung/protokoll.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.get_data().startswith(b"\xef\xbb\xbfserial;at;actor_id")
    assert ";vogt;ops;parked.see;" in answer.get_data(as_text=True)


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_in_the_table_is_a_formula(formula: str) -> None:
    assert plain(formula) == f"'{formula}"


@pytest.mark.parametrize("person", ["vogt", "thelen"])
def test_nobody_else_reads_it(sit_down: Callable[[str], FlaskClient], person: str) -> None:
    client = sit_down(person)
    for address in ("/pruefung/", "/pruefung/protokoll.csv"):
        assert client.get(address).status_code == 403
