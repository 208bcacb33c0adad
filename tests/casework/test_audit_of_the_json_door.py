"""Of what programs and forms name in a body the audit knows as much as of what stands in an address."""

from __future__ import annotations

from typing import Any

import pytest
from kim_audit.tables import entries
from kim_casework.model.contact import NextStep
from kim_runtime.act import Actor
from sqlalchemy import select
from web.signed_in import bearer, sign_in

NOBODYS = "0197aaaa-bbbb-7ccc-8ddd-000000000000"
NOTE = {"kind": "phone", "minutes": 15, "text": "Angerufen."}
STEP = {"next_step": "anrufen", "next_step_on": "2022-05-12", "next_step_who": "manager"}


@pytest.fixture
def written(casework: Any) -> Any:
    """The rows a call writes: action, thing, outcome."""

    def rows() -> list[tuple[str, str, str]]:
        with casework.database.read() as session:
            return [(row.action, row.thing, row.outcome) for row in session.execute(select(entries).order_by(entries.c.serial))]

    def of(call: Any) -> list[tuple[str, str, str]]:
        before = len(rows())
        call()
        return rows()[before:]

    return of


@pytest.fixture
def ask(casework: Any, browse: Any, application: Any, actors: Any) -> Any:
    browse(casework, "kowalczyk")
    client = application.test_client()
    return lambda method, path, **said: client.open(path, method=method, headers=bearer(application, actors["kowalczyk"]), **said)


def test_a_file_named_in_a_question_or_a_body_is_in_the_audit_done_or_denied(written: Any, ask: Any, casework: Any, admit: Any) -> None:
    mine, other = admit(casework).id, admit(casework, by="breuer").id
    assert written(lambda: ask("GET", f"/api/contacts/?case={mine}")) == [("case.see", f"cases:{mine}", "seen")]
    assert written(lambda: ask("GET", f"/api/contacts/?case={other}")) == [("case.see", f"cases:{other}", "denied")]
    assert written(lambda: ask("POST", "/api/contacts/", json={"case_id": mine, **NOTE})) == [("case.work", f"cases:{mine}", "done")]
    assert written(lambda: ask("POST", "/api/contacts/", json={"case_id": other, **NOTE})) == [("case.work", f"cases:{other}", "denied")]
    closing = {"case_id": other, "reason": "moved_away"}
    assert [(thing, outcome) for _action, thing, outcome in written(lambda: ask("POST", "/api/cases/closings", json=closing))] == [
        (f"cases:{other}", "denied")
    ]
    gone = written(lambda: ask("POST", "/api/referrals/withdrawals", json={"referral_id": NOBODYS}))
    assert [(thing, outcome) for _action, thing, outcome in gone] == [(f"referrals:{NOBODYS}", "denied")]


def test_the_code_of_a_closing_is_in_the_row_and_what_was_typed_is_not(ask: Any, casework: Any, admit: Any, browse: Any) -> None:
    said = {"case_id": admit(casework).id, "reason": "moved_away", "note": "Zur Tante nach Köln"}
    assert ask("POST", "/api/cases/closings", json=said).status_code == 200
    with casework.database.read() as session:
        reasons = list(session.scalars(select(entries.c.reason).order_by(entries.c.serial)))
    assert reasons[-1].startswith("moved_away; by key kim_") and "Tante" not in str(reasons)
    auditor = Actor("pruefer", "Prüfer", "staedteregion-aachen", frozenset({"auditor"}))
    page = sign_in(browse(casework, "kowalczyk").application.test_client(), auditor).get("/pruefung/")
    assert "weggezogen; mit dem Schlüssel kim_" in page.text


def test_each_file_of_a_list_that_gives_out_whole_ones_is_a_look(written: Any, ask: Any, casework: Any, admit: Any) -> None:
    files = {admit(casework).id, admit(casework).id}
    assert {thing for _action, thing, _outcome in written(lambda: ask("GET", "/api/cases/"))} == {f"cases:{id}" for id in files}


def test_each_case_of_many_given_away_at_once_has_its_row_by_page_and_by_program(
    written: Any, casework: Any, admit: Any, browse: Any, application: Any, actors: Any
) -> None:
    cases = [admit(casework).id, admit(casework).id]
    said = {"case_ids": cases, "responsible": "breuer"}
    lead = browse(casework, "thelen")
    assert written(lambda: lead.post("/faelle/neu-verteilen", data=said)) == [("case.assign", f"cases:{one}", "done") for one in cases]
    key = bearer(application, actors["thelen"])

    def ask(**other: Any) -> Any:
        return application.test_client().post("/api/cases/reassignments", headers=key, json=said | other)

    assert written(lambda: ask(responsible="kowalczyk")) == [("case.assign", f"cases:{one}", "done") for one in cases]
    assert written(lambda: ask(case_ids=[NOBODYS])) == [("case.assign", f"cases:{NOBODYS}", "denied")]
    assert len(written(lambda: ask(case_ids=[NOBODYS[:-3] + str(number) for number in range(100, 200)]))) == 20


def test_a_name_in_a_body_is_in_no_row(written: Any, ask: Any) -> None:
    """What looks like no id is none, and neither is a kind that could be a sentence."""
    said = {"about_id": "Anna Beispiel, 1985", "about_kind": "Anna Beispiel", "case_id": "Anna Beispiel"}
    assert "Anna" not in str(written(lambda: ask("POST", "/api/consents/", json=said)))
    joined = {"consent_id": "Beispiel-Anna1985", "about_kind": "case", "about_id": "AnnaBeispiel1985"}
    assert "Anna" not in str(written(lambda: ask("POST", "/api/referrals/", json=joined)))
    assert "Anna" not in str(written(lambda: ask("GET", "/api/cases/AnnaBeispiel1985")))


def test_a_consent_named_in_a_form_is_in_the_audit(written: Any, casework: Any, browse: Any) -> None:
    desk = browse(casework, "kowalczyk")
    told = {"receiver": "caritas-eifel.casework", "consent_id": NOBODYS, "name": "Anna Beispiel"}
    found = written(lambda: desk.post("/verweisen/vorschau", data=told))
    assert [(thing, outcome) for _action, thing, outcome in found] == [(f"consents:{NOBODYS}", "denied")]


def test_a_step_is_finished_in_no_file_but_its_own(written: Any, ask: Any, casework: Any, admit: Any, browse: Any) -> None:
    mine, other = admit(casework).id, admit(casework, by="breuer").id
    ask("POST", "/api/contacts/", json={"case_id": mine, **NOTE, **STEP})
    with casework.database.read() as session:
        step = session.scalars(select(NextStep)).one().id
    desk = browse(casework, "kowalczyk")
    answers: list[int] = []
    found = written(lambda: answers.append(desk.post(f"/faelle/{other}/schritte/{step}").status_code))
    assert answers == [404]
    assert [outcome for _action, _thing, outcome in found] == ["denied"]
    with casework.database.read() as session:
        assert session.get_one(NextStep, step).done_on is None


def test_a_name_in_the_address_of_a_form_with_mistakes_is_in_no_row(written: Any, casework: Any, browse: Any) -> None:
    """It comes back before anybody looked for what the address names."""
    lead = browse(casework, "thelen")
    assert written(lambda: lead.post("/eintraege/offen/Anna%20Beispiel", data={})) == [("entry.settle.page", "own_entries:?", "seen")]
