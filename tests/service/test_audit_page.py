"""The auditor's page and command: what was written, who may read it, and that reading it is written too."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_audit.sealing import seal
from kim_audit.tables import entries
from kim_audit.verifying import FAULTS
from kim_runtime.clock import SystemClock, local_day
from kim_service.pages import audit as page_of_audit
from kim_service.pages.audit import plain
from kim_web import costly
from sqlalchemy import select
from web.static_html import faults

DAY = timedelta(days=1)


@pytest.fixture
def auditor(sit_down: Callable[[str], FlaskClient]) -> FlaskClient:
    sit_down("vogt").get("/betrieb/")
    return sit_down("pruefer")


def test_the_auditor_reads_who_saw_what_and_that_is_written_too(auditor: FlaskClient, casework: Any) -> None:
    page = auditor.get("/pruefung/")
    assert page.status_code == 200 and "parked.see" in page.text and "Vogt" not in page.text
    assert "Wartende Nachrichten ansehen" in page.text
    assert faults(page.text) == []
    assert "audit.read" in auditor.get("/pruefung/?wer=pruefer").text
    with casework.database.read() as session:
        assert ("pruefer", "audit.read") in {tuple(row) for row in session.execute(select(entries.c.actor_id, entries.c.action))}


def test_one_may_look_for_a_person_some_days_an_outcome(auditor: FlaskClient) -> None:
    assert "parked.see" in auditor.get("/pruefung/?wer=vogt&ausgang=seen").text
    today = local_day(SystemClock().now())
    for days in (f"von={today:%d.%m.%Y}", f"bis={today:%d%m%Y}", f"von={today - DAY:%d.%m.%Y}&bis={today:%d.%m.%Y}", "von=&bis=&wer="):
        assert "parked.see" in auditor.get(f"/pruefung/?{days}").text, days
    for nothing in (
        "wer=nobody", "bis=1.1.2020", f"von={today + DAY:%d.%m.%Y}", f"bis={today - DAY:%d.%m.%Y}",
        "ausgang=denied", "woran=cases:1", "vor=1",
    ):  # fmt: skip
        assert "Nichts gefunden" in auditor.get(f"/pruefung/?{nothing}").text, nothing


def test_what_was_asked_for_stays_when_the_language_changes_and_stands_in_no_address(auditor: FlaskClient) -> None:
    page = auditor.post("/pruefung/", data={"wer": "vogt", "ausgang": "seen"})
    (form,) = re.findall(r'<form class="kim-head__again" method="post" action="([^"]+)">(.*?)</form>', page.text, re.DOTALL)
    assert form[0] == "/pruefung/?lang=en" and faults(page.text) == []
    english = auditor.post(form[0], data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1])))
    assert "parked.see" in english.text and 'value="vogt"' in english.text and '<html lang="en">' in english.text


@pytest.mark.parametrize("wrong", ["von=gestern", "ausgang=x", "von=2.1.2022&bis=1.1.2022", "von=30.2.2022"])
def test_what_cannot_be_looked_for_is_said(auditor: FlaskClient, wrong: str) -> None:
    for address in ("/pruefung/", "/pruefung/protokoll.csv"):
        answer = auditor.get(f"{address}?{wrong}")
        assert answer.status_code == 422
        assert "Das lässt sich so nicht suchen" in answer.text
        assert faults(answer.text) == []


def test_an_address_that_names_no_row_begins_at_the_newest(auditor: FlaskClient) -> None:
    for nowhere in ("vor=viel", "vor=", "vor=9999999999999999999999", "vor=%C2%B2"):
        assert "parked.see" in auditor.get(f"/pruefung/?{nowhere}").text


def test_older_rows_follow_with_what_was_asked_for(auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of_audit, "AT_ONCE", 2)
    for _look in range(5):
        auditor.get("/pruefung/?wer=nobody")
    told, before = {"wer": "pruefer", "was": "audit.read"}, []
    for _page in range(2):
        page = auditor.post("/pruefung/", data=told).text
        assert "pruefer" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page)), "whom somebody looks for stands in no address"
        onward = next(form for form in re.findall(r'<form class="kim-post".*?</form>', page, re.DOTALL) if "Ältere zeigen" in form)
        told = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', onward)}
        assert (told["wer"], told["was"]) == ("pruefer", "audit.read")
        before.append(int(told["vor"]))
    assert before == sorted(before, reverse=True) and before[0] != before[1]


def test_each_fault_has_words_of_the_page() -> None:
    assert set(page_of_audit.FAULTS) == set(FAULTS)
    for code, words in FAULTS.items():
        assert set(re.findall(r"{[a-z]+}", words)) == set(re.findall(r"{[a-z]+}", page_of_audit.FAULTS[code])), code


def test_the_seals_are_checked_on_the_page(auditor: FlaskClient, casework: Any) -> None:
    with casework.database.write() as session:
        seal(session, SystemClock().now())
    assert "wie es versiegelt wurde" in auditor.get("/pruefung/?kette=1").text
    with casework.database.write() as session:
        session.execute(entries.update().values(actor_id="breuer").where(entries.c.seal == 1))
    changed = auditor.get("/pruefung/?kette=1")
    assert re.search(r"Siegel 1 vom [0-9., :]+ oder eine der [0-9]+ Zeilen darunter \(serial 1(–[0-9]+)?\) wurde geändert", changed.text)
    assert faults(changed.text) == []


def test_it_is_given_out_as_a_table(auditor: FlaskClient) -> None:
    answer = auditor.get("/pruefung/protokoll.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.get_data().startswith(b"\xef\xbb\xbfserial;at;actor_id")
    assert ";vogt;ops;parked.see;" in answer.get_data(as_text=True)


def test_a_table_that_ends_before_all_was_said_says_so(auditor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _look in range(3):
        auditor.get("/pruefung/")
    monkeypatch.setattr(page_of_audit, "MOST_IN_A_FILE", 2)
    cut = auditor.get("/pruefung/protokoll.csv?wer=pruefer")
    assert "protokoll-unvollstaendig.csv" in cut.headers["Content-Disposition"]
    lines = cut.get_data(as_text=True).splitlines()
    assert len(lines) == 4
    serial = lines[2].split(";")[0]
    assert lines[3].strip('"') == f"incomplete: more than 2 rows were asked for; go on with the rows before serial {serial}"
    rest = auditor.get(f"/pruefung/protokoll.csv?wer=pruefer&vor={int(serial)}").get_data(as_text=True).splitlines()
    assert int(rest[1].split(";")[0]) < int(serial)
    monkeypatch.setattr(page_of_audit, "MOST_IN_A_FILE", 100)
    whole = auditor.get("/pruefung/protokoll.csv")
    assert whole.headers["Content-Disposition"] == "attachment; filename=protokoll.csv"
    assert "incomplete" not in whole.text


def test_the_end_is_compared_with_what_was_written_down(auditor: FlaskClient, casework: Any) -> None:
    with casework.database.write() as session:
        seal(session, SystemClock().now())
    page = auditor.get("/pruefung/?kette=1").text
    head = re.search(r"Neuester Stand: ([0-9a-f]{16})", page)
    assert head is not None
    assert "wie es versiegelt wurde" in auditor.get(f"/pruefung/?kette=1&stand={head[1]}").text
    assert "Er ist falsch notiert, oder ihr Ende ist abgeschnitten" in auditor.get(f"/pruefung/?kette=1&stand={head[1][::-1]}").text


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_in_the_table_is_a_formula(formula: str) -> None:
    assert plain(formula) == f"'{formula}"


@pytest.mark.parametrize("person", ["vogt", "thelen"])
def test_nobody_else_reads_it(sit_down: Callable[[str], FlaskClient], person: str) -> None:
    client = sit_down(person)
    for address in ("/pruefung/", "/pruefung/protokoll.csv"):
        assert client.get(address).status_code == 403


def test_who_walks_along_the_chain_leaves_the_threads_to_the_desks(auditor: FlaskClient) -> None:
    with ExitStack() as taken:
        for _place in range(costly.AT_ONCE):
            taken.enter_context(costly.costly())
        for address in ("/pruefung/?kette=1", "/pruefung/protokoll.csv"):
            answer = auditor.get(address)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), address
            assert "Gerade zu viel auf einmal" in answer.text
        assert auditor.get("/pruefung/").status_code == 200
    assert auditor.get("/pruefung/?kette=1").status_code == 200
