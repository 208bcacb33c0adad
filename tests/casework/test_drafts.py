"""The long forms of casework come back from a draft as they were typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_casework.model.case import list_cases
from kim_runtime.act import Actor

ADMISSION = {
    "criteria": ["many_actors", "voluntary"], "reasoning": "noch unklar", "name": "Zahra Azizi", "agreement_on": "bald",
    "responsible": "kowalczyk", "id": "case-1",
}  # fmt: skip
ORDER = {
    "language": "prs",
    "service_date": "20.9.2022",
    "starts_at": "gegen zehn",
    "minutes": "",
    "desk": "Rathaus Roetgen",
    "id": "order-1",
}


@pytest.fixture
def kowalczyk(casework: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(casework, "kowalczyk")


@pytest.mark.parametrize(
    ("new", "address", "label", "typed", "shown"),
    [
        ("/aufnahme", "/aufnahme", "Ins Case Management aufnehmen", ADMISSION,
         ["noch unklar", 'value="Zahra Azizi"', 'value="bald"', 'value="case-1"']),
        ("/sprachmittlung/neu", "/sprachmittlung", "Sprachmittlung bestellen", ORDER,
         ['value="20.9.2022"', 'value="gegen zehn"', 'value="Rathaus Roetgen"', 'value="order-1"']),
    ],
)  # fmt: skip
def test_a_long_form_is_kept_and_filled_in_further(
    casework: Any,
    actors: dict[str, Actor],
    kowalczyk: FlaskClient,
    new: str,
    address: str,
    label: str,
    typed: dict[str, Any],
    shown: list[str],
) -> None:
    assert f'name="kim_label" value="{label}"' in kowalczyk.get(new).text
    assert kowalczyk.post(address, data={**typed, "kim_label": label, "kim_keep": "1"}).location == "/entwuerfe"
    listed = kowalczyk.get("/entwuerfe").text
    assert label in listed and "Azizi" not in listed and "Roetgen" not in listed
    (draft_id,) = re.findall(r'name="kim_continue" value="([^"]+)"', listed)
    again = kowalczyk.post(address, data={"kim_continue": draft_id})
    assert again.status_code == 200 and "Noch nicht gespeichert" not in again.text
    assert [each for each in shown if each not in again.text] == []
    assert len(re.findall(r'value="(?:many_actors|voluntary)" checked', again.text)) == len(typed.get("criteria", ()))
    with casework.database.read() as session:
        assert list(list_cases(session, casework.act(actors["kowalczyk"]))) == []  # nothing of it is in force
