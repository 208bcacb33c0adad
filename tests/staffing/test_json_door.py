"""What the personnel office does, done by a program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from kim_audit.tables import entries
from sqlalchemy import select
from staffing.conftest import END, LENZEN, OWN, WIRTZ
from web.signed_in import bearer

POST = "case_management-1"


@pytest.fixture
def call(app: Flask) -> Callable[..., Any]:
    def call_it(method: str, path: str, expected: int = 200, who: Any = LENZEN, **said: Any) -> Any:
        answer = app.test_client().open(f"/api/{path}", method=method, headers=bearer(app, who), **({"json": said} if said else {}))
        assert answer.status_code == expected, answer.text
        return answer.json

    return call_it


def test_an_absence_is_noted_and_the_return_moved_by_a_program(call: Any, twelve: Any) -> None:
    (held,) = call("GET", f"occupancies/?post={POST}")["items"]
    assert (held["staff"], held["holder"], held["presence"], held["ends_on"]) == ("p-01", "", "active", END.isoformat())
    said = {"occupancy": held["id"], "from_day": "2022-05-01", "until": "2022-06-30", "id": "off-1"}
    for _twice in range(2):
        assert call("POST", "occupancies/absences", **said)["ends_on"] == "2022-06-30"
    assert call("POST", "occupancies/returns", occupancy="off-1", until="2022-07-31")["ends_on"] == "2022-07-31"
    assert [one["starts_on"] for one in call("GET", f"occupancies/?post={POST}")["items"]] == ["2022-03-01", "2022-05-01", "2022-08-01"]
    call("POST", "occupancies/returns", 403, WIRTZ, occupancy="off-1", until="2022-08-31")
    with twelve.house.database.read() as session:
        done = select(entries.c.thing, entries.c.outcome).where(entries.c.action == "post.manage").order_by(entries.c.serial)
        rows = [tuple(row) for row in session.execute(done)]
    assert rows[-2:] == [("occupancies:off-1", "done"), ("occupancies:off-1", "denied")]


def test_an_employer_is_named_closed_and_opened_by_a_program(call: Any, twelve: Any) -> None:
    named = call("POST", "employers/names", employer="kiosk", name="Kiosk", valid_from="2022-04-01", offices="k1, k2")
    assert (named["names"], named["offices"], named["own"]) == ([{"valid_from": "2022-04-01", "text": "Kiosk"}], ["k1", "k2"], False)
    odd = call("POST", "employers/names", 409, employer="kiosk", name="Kiosk", valid_from="2022-04-01", offices="k1, Büro 2")
    assert (odd["code"], call("GET", "employers/kiosk")["offices"]) == ("no_id", ["k1", "k2"])
    closed = call("POST", "employers/closings", employer="kiosk", first="2022-12-23", last="2022-12-31")["closed"]
    assert closed == [{"first": "2022-12-23", "last": "2022-12-31"}]
    assert call("GET", "employers/kiosk")["closed"] == closed
    assert call("POST", "employers/openings", employer="kiosk", first="2022-12-23")["closed"] == []
    assert {one["id"] for one in call("GET", "employers/")["items"]} >= {OWN, "kiosk"}
    with twelve.house.database.read() as session:
        done = select(entries.c.thing).where(entries.c.action == "post.manage", entries.c.outcome == "done")
        assert set(session.scalars(done)) == {"employers:kiosk"}


def test_the_council_is_asked_and_answers_by_a_program(call: Any) -> None:
    asked = call(
        "POST",
        "hearings/",
        201,
        contracts=["contract-p-01", "contract-p-02"],
        ground_told="without_ground",
        sent_on="2022-03-01",
        id="first",
    )
    assert (asked["contracts"], asked["answer"]) == (["contract-p-01", "contract-p-02"], None)
    call("POST", "hearings/answers", 409, hearing="first", answer="refused", answered_on="2022-03-01")  # without a reason
    assert call("POST", "hearings/answers", hearing="first", answer="agreed", answered_on="2022-03-01")["answer"] == "agreed"
    assert [one["id"] for one in call("GET", "hearings/")["items"]] == ["first"]


def test_somebody_is_hired_and_leaves_by_a_program(call: Any) -> None:
    post = call("POST", "posts/", 201, baustein=2, role="case_management", fte="1.0", employer=OWN)["id"]
    said = {"name": "Neu", "post": post, "share": "1.0", "starts_on": "2022-03-01", "ends_on": "2022-12-31", "id": "new"}
    hired = [call("POST", "contracts/", 201, **said) for _twice in range(2)]
    assert (hired[0]["state"], hired[0]["staff"]) == ("running", hired[1]["staff"])
    assert "name" not in hired[0]
    assert [one["id"] for one in call("POST", "contracts/letters/made", contracts=["new"])["items"]] == ["new"]
    assert call("POST", "contracts/ends", contract="new", ends_on="2022-10-31", reason="leaves")["ends_on"] == "2022-10-31"
    assert call("GET", f"occupancies/?post={post}")["items"][0]["ends_on"] == "2022-10-31"
