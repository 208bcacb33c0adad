"""Who is entered as an interpreter, whichever door it came through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from kim_interpreting.model.provider import Provider
from kim_interpreting.operations.add_provider import LANGUAGES_AT_MOST, AddProvider, add_provider
from kim_runtime.refusal import Refused
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
