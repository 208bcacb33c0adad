"""Who is entered as an interpreter, whichever door it came through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from kim_interpreting.model.provider import Provider
from kim_interpreting.operations.add_provider import LANGUAGES_AT_MOST, AddProvider, add_provider
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_runtime.refusal import Refused
from lxml import html
from web.signed_in import bearer


def test_a_qualification_that_the_ladder_does_not_have_is_refused_by_the_operation_itself(pool: Any) -> None:
    with pytest.raises(Refused) as refused:
        pool.do(add_provider, AddProvider(id="new", name="B. Beispiel", qualification="very good", languages=("ukr",)))
    assert (refused.value.code, refused.value.field) == ("qualification_unknown", "qualification")
    with pool.house.database.read() as session:
        assert session.get(Provider, "new") is None


@pytest.mark.parametrize("languages", [["klingon"], ["ukr"] * (LANGUAGES_AT_MOST + 1)])
def test_programs_name_languages_there_are_and_no_more_than_are_kept(
    app: Flask, pool: Any, grant: Callable[..., None], languages: list[str]
) -> None:
    headers = bearer(app, pool.people.demir)
    said = {"name": "B. Beispiel", "qualification": "sworn", "languages": languages}
    answer = app.test_client().post("/api/providers/", json=said, headers=headers)
    assert answer.status_code == 422
    assert [fault["field"].partition(".")[0] for fault in answer.json["errors"]] == ["languages"]
    known = app.test_client().post("/api/providers/", json={**said, "languages": ["ukr", "prs"]}, headers=headers)
    assert (known.status_code, known.json["languages"]) == (201, ["ukr", "prs"])


def test_who_has_a_new_certificate_is_changed_and_who_has_stopped_is_given_nothing_new(
    pool: Any, grant: Callable[..., None], sit: Callable[[str], FlaskClient]
) -> None:
    grant()
    first, second = (pool.approved(service_date=date(2022, 9, 20)) for _turn in range(2))
    pool.do(schedule_order, ScheduleOrder(first.id, "small"))
    demir = sit("demir")
    shown = html.fromstring(demir.get("/sprachmittlung/small").text).forms[-1]
    assert {code for name, code in shown.form_values() if name == "languages" and code} == {"ukr"}
    said = {"name": "Übersetzungen Klein", "qualification": "certified", "languages": ["ukr", "bul", ""], "available": "false"}
    assert demir.post("/sprachmittlung/small", data={**said, "name": ""}).status_code == 422
    assert demir.post("/sprachmittlung/small", data=said).status_code == 303
    listed = html.fromstring(demir.get("/sprachmittlung/").text).xpath("//tr[contains(., 'Klein')]")[0].text_content()
    assert "wird nicht mehr beauftragt" in listed
    assert "Bulgarisch" in listed
    with pytest.raises(Refused) as refused:
        pool.do(schedule_order, ScheduleOrder(second.id, "small"))
    assert (refused.value.code, refused.value.field) == ("not_available", "provider_id")
    assert pool.do(schedule_order, ScheduleOrder(first.id, "small", conflict_note="Eingang hinten")).conflict_note == "Eingang hinten"
    for order, offered in ((first, 1), (second, 0)):
        page = html.fromstring(demir.get(f"/auftraege/{order.id}").text)
        assert len(page.xpath("//select[@name='provider_id']/option[@value='small']")) == offered


def test_a_program_takes_who_has_stopped_off_the_list(app: Flask, pool: Any, grant: Callable[..., None]) -> None:
    grant()
    said = {"provider_id": "small", "name": "Klein", "qualification": "sworn", "languages": ["ukr"], "available": False}
    answer = app.test_client().post("/api/providers/changes", json=said, headers=bearer(app, pool.people.demir))
    assert (answer.status_code, answer.json["name"], answer.json["available"]) == (200, "Klein", False)
