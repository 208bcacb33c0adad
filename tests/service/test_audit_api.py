"""The audit at the JSON door: the same rows, for an auditor's programs, and each look of theirs is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from kim_audit.sealing import seal
from kim_audit.tables import entries
from kim_runtime.clock import SystemClock, local_day
from sqlalchemy import select, text

Ask = Callable[..., Any]


@pytest.fixture
def looked(program: Ask) -> Ask:
    """Vogt looked three times. Asks as the auditor's program."""
    for _look in range(3):
        program("GET", "/api/parked/")
    return lambda path: program("GET", path, by="pruefer")


def test_an_auditors_program_reads_the_rows_and_that_is_written(looked: Ask, casework: Any) -> None:
    answer = looked("/api/audit/?actor=vogt")
    assert answer.status_code == 200
    row = answer.json["items"][0]
    assert (row["actor_id"], row["roles"], row["action"], row["outcome"], row["seal"]) == ("vogt", ["ops"], "parked.see", "seen", None)
    with casework.database.read() as session:
        written = session.execute(select(entries.c.actor_id, entries.c.action, entries.c.outcome)).all()
    assert ("pruefer", "audit.read", "seen") in {tuple(one) for one in written}


def test_pages_follow_each_other_without_a_gap(looked: Ask) -> None:
    serials, cursor = [], ""
    for _page in range(10):
        page = looked(f"/api/audit/?actor=vogt&limit=2&cursor={cursor}").json
        serials += [row["serial"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert serials == sorted(set(serials), reverse=True)
    assert len(serials) == 3


def test_it_asks_as_the_page_does(looked: Ask) -> None:
    today = local_day(SystemClock().now())
    day = timedelta(days=1)
    for some in (f"from={today}&to={today}", "action=parked.see", "outcome=seen", f"from={today - day}", f"to={today}"):
        assert looked(f"/api/audit/?{some}").json["items"] != [], some
    for nothing in (f"to={today - day}", f"from={today + day}", "actor=nobody", "thing=cases:1", "action=case.see", "cursor=1"):
        assert looked(f"/api/audit/?{nothing}").json["items"] == [], nothing
    for wrong in ("from=yesterday", "outcome=x", "limit=0"):
        assert looked(f"/api/audit/?{wrong}").status_code == 422, wrong
    turned = looked(f"/api/audit/?from={today}&to={today - day}")
    assert (turned.status_code, turned.json["code"]) == (409, "period_reversed")


def test_a_program_may_ask_whether_the_chain_holds(looked: Ask, casework: Any) -> None:
    with casework.database.write() as session:
        seal(session, SystemClock().now())
    found = looked("/api/audit/verification").json
    assert (found["fault"], found["seals"], found["cut_rows"], found["cut_to"]) == ("", 1, 0, None)
    assert looked(f"/api/audit/verification?head={found['head'][:16]}").json["fault"] == ""
    assert "cut off" in looked("/api/audit/verification?head=0123456789abcdef").json["fault"]
    with casework.database.write() as session:
        session.execute(text("update kim_audit set actor_id = 'breuer' where serial = 1"))
    assert "was changed" in looked("/api/audit/verification").json["fault"]


@pytest.mark.parametrize("person", ["vogt", "thelen"])
def test_nobody_elses_program_reads_it(program: Ask, person: str) -> None:
    for address in ("/api/audit/", "/api/audit/verification"):
        assert program("GET", address, by=person).status_code == 403
