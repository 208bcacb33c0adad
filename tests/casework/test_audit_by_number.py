"""Who read the file with this number? An auditor has the number that stands on it, and neither its id nor the names of our pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_casework.model.case import Case
from kim_casework.model.contact import NextStep
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_runtime.act import Actor
from kim_service.audit_search import things_meant
from sqlalchemy import select
from web.static_html import faults

AUDITOR = Actor("pruefer", "Ute Prüfer", "staedteregion-aachen", frozenset({"auditor"}))


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    return {**actors, "pruefer": AUDITOR}


@pytest.fixture
def read_case(casework: Any, admit: Callable[..., Case], browse: Callable[..., FlaskClient]) -> Case:
    """One of two cases that Kowalczyk has opened, and began to close."""
    case, other = admit(casework, name="Zahra Azizi"), admit(casework, name="Omid Karimi")
    at_work = browse(casework, "kowalczyk")
    for address in (f"/faelle/{case.id}", f"/faelle/{case.id}/schliessen", f"/faelle/{other.id}"):
        assert at_work.get(address).status_code == 200, address
    return case


def test_an_auditor_finds_each_look_at_a_case_by_the_number_on_its_file(
    casework: Any, read_case: Case, browse: Callable[..., FlaskClient]
) -> None:
    auditor = browse(casework, "pruefer")
    for named in (read_case.number, f" {read_case.number} ", read_case.id):
        page = auditor.get("/pruefung/", query_string={"woran": named})
        assert page.status_code == 200
        assert faults(page.text) == []
        assert f"cases:{read_case.id}" in page.text and f"closing:{read_case.id}" in page.text, named
        assert page.text.count('<th scope="row"') == 2, named
        table = auditor.get("/pruefung/protokoll.csv", query_string={"woran": named}).text
        assert table.count(read_case.id) == 2 and len(table.splitlines()) == 3, named


def test_what_was_done_with_a_step_a_contact_and_an_order_is_found_by_the_number_of_the_case(
    casework: Any, actors: dict[str, Actor], read_case: Case, browse: Callable[..., FlaskClient]
) -> None:
    with casework.database.write() as session:
        act = casework.act(actors["kowalczyk"])
        noted = note_contact(session, act, NoteContact(read_case.id, "talk", 30, next_step="Anruf", next_step_on=act.today))
        wanted = OrderInterpreting("phone", "authority", "prs", act.today, False, "Info", "05334002", case_id=read_case.id, minutes=30)
        order = order_interpreting(session, act, wanted)
        step = session.scalars(select(NextStep.id).where(NextStep.case_id == read_case.id)).one()
    at_work = browse(casework, "kowalczyk")
    assert at_work.post(f"/faelle/{read_case.id}/schritte/{step}").status_code == 303
    assert at_work.get(f"/sprachmittlung/{order.id}").status_code == 200
    auditor = browse(casework, "pruefer")
    rows = auditor.get("/pruefung/protokoll.csv", query_string={"woran": read_case.number}).text
    for thing in (f"cases:{read_case.id}:{step}", f"orders:{order.id}"):
        assert f";{thing};" in rows, thing
    assert f";cases:{read_case.id}:{step};" in auditor.get("/pruefung/protokoll.csv", query_string={"woran": step}).text
    assert f";orders:{order.id};" in auditor.get("/pruefung/protokoll.csv", query_string={"woran": order.number}).text
    with casework.database.read() as session, at_work.application.test_request_context():
        assert {f"contact:{noted.id}", f"step:{step}"} <= things_meant(session, read_case.number)


def test_a_thing_as_a_row_has_it_is_that_alone(casework: Any, read_case: Case, browse: Callable[..., FlaskClient]) -> None:
    page = browse(casework, "pruefer").get("/pruefung/", query_string={"woran": f"cases:{read_case.id}"})
    assert f"cases:{read_case.id}" in page.text and f"closing:{read_case.id}" not in page.text


@pytest.mark.parametrize("nothing", ["2019-0001", "Zahra Azizi", "%", "*"])
def test_what_is_no_number_here_finds_nothing(casework: Any, read_case: Case, browse: Callable[..., FlaskClient], nothing: str) -> None:
    assert "Nichts gefunden" in browse(casework, "pruefer").get("/pruefung/", query_string={"woran": nothing}).text
