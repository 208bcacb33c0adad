"""What an auditor asks by days, or of a person, thing, action or outcome is read from an index on both databases; words are as before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from kim_audit.bounded import with_left_out
from kim_audit.tables import entries
from kim_runtime.database import Database
from kim_service.audit_search import AuditSearch
from sqlalchemy import ClauseElement, Executable, Select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

pytestmark = pytest.mark.slow
BEGIN = datetime(2026, 1, 1, 5, tzinfo=UTC)
DAYS, A_DAY = 200, 50
PEOPLE, THINGS = 40, 500
ROW = {"actor_id": "k", "roles": ["auditor"], "action": "case.see", "thing": "", "outcome": "seen", "reason": "", "correlation_id": ""}


class Explained(Executable, ClauseElement):
    """How the database would answer."""

    inherit_cache = False

    def __init__(self, asked: Select[Any]) -> None:
        self.asked = asked


@compiles(Explained)
def _explained(element: Explained, compiler: SQLCompiler, **_: Any) -> str:
    words = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(element.asked)}"


@pytest.fixture
def half_a_year(audited: Database) -> Database:
    with audited.write() as session:
        rows = [
            {
                **ROW, "at": BEGIN + timedelta(days=day, minutes=10 * number), "actor_id": f"k-{number % PEOPLE}",
                "thing": f"cases:{(day * A_DAY + number) % THINGS}" if number % 2 else "",
                "outcome": "seen" if number else ("done", "denied")[day % 2],
                "action": "case.see" if number else ("case.work", "case.protect")[day % 2],
            }
            for day in range(DAYS) for number in range(A_DAY)
        ]  # fmt: skip
        session.execute(entries.insert(), rows)
    with audited.write() as session:
        session.execute(text("ANALYZE"))
    return audited


def plan(database: Database, search: AuditSearch) -> str:
    with database.read() as session:
        return "\n".join(str(row) for row in session.execute(Explained(search.rows().limit(201))))


DAY = AuditSearch(first=date(2026, 3, 1), last=date(2026, 3, 1))


@pytest.mark.parametrize(
    "search",
    [
        DAY,
        AuditSearch(first=date(2026, 1, 2), last=date(2026, 2, 2)),
        AuditSearch(last=date(2026, 1, 20)),
        AuditSearch(first=date(2026, 1, 2), last=date(2026, 2, 2), before=500),
    ],
)
def test_days_are_found_by_the_index_and_nothing_is_sorted(half_a_year: Database, search: AuditSearch) -> None:
    said = plan(half_a_year, search)
    assert "kim_audit_by_time" in said
    assert "Sort" not in said and "TEMP B-TREE" not in said, said
    assert "Seq Scan" not in said, said


OF_A_PERSON, OF_A_THING = AuditSearch(actor="k-7"), AuditSearch(thing="cases:7")
OF_AN_ACTION, OF_AN_OUTCOME = AuditSearch(action="case.protect"), AuditSearch(outcome="denied")


@pytest.mark.parametrize(
    ("search", "index"),
    [
        (OF_A_PERSON, "kim_audit_by_actor"),
        (OF_A_THING, "kim_audit_by_thing"),
        (AuditSearch(actor="k-7", first=date(2026, 1, 2), last=date(2026, 6, 2)), "kim_audit_by_actor"),
        (AuditSearch(actor="k-7", before=500), "kim_audit_by_actor"),
        (AuditSearch(thing="cases:7", before=500), "kim_audit_by_thing"),
        (AuditSearch(thing="cases:7", action="case.see", outcome="seen"), "kim_audit_by_thing"),
        (AuditSearch(actor="nobody"), "kim_audit_by_actor"),
        (AuditSearch(thing="cases:none"), "kim_audit_by_thing"),
        (OF_AN_ACTION, "kim_audit_by_action"),
        (OF_AN_OUTCOME, "kim_audit_by_outcome"),
        (AuditSearch(action="case.none"), "kim_audit_by_action"),
        (AuditSearch(outcome="sign_in_refused"), "kim_audit_by_outcome"),
        (AuditSearch(action="case.protect", before=9_000), "kim_audit_by_action"),
        (AuditSearch(outcome="denied", before=9_000), "kim_audit_by_outcome"),
    ],
)
def test_what_is_looked_for_alone_is_found_by_its_own_without_a_day(half_a_year: Database, search: AuditSearch, index: str) -> None:
    said = plan(half_a_year, search)
    assert index in said, said
    assert "Seq Scan" not in said and "SCAN kim_audit" not in said, said
    assert "TEMP B-TREE" not in said, said  # PostgreSQL sorts where there are few: they are the person's or the thing's alone


def test_what_is_found_so_is_all_there_is_and_the_newest_first(half_a_year: Database) -> None:
    with half_a_year.read() as session:
        for search, column in (
            (OF_A_PERSON, "actor_id"), (OF_A_THING, "thing"), (OF_AN_ACTION, "action"), (OF_AN_OUTCOME, "outcome"),
        ):  # fmt: skip
            found = session.execute(search.rows()).all()
            asked = search.actor or search.thing or search.action or search.outcome
            everything = session.execute(AuditSearch().rows()).all()
            assert found == [row for row in everything if getattr(row, column) == asked]
            assert len(found) > 1


@pytest.mark.parametrize(
    ("search", "index"),
    [
        (OF_A_PERSON, "kim_audit_by_actor"), (OF_A_THING, "kim_audit_by_thing"), (OF_AN_ACTION, "kim_audit_by_action"),
        (OF_AN_OUTCOME, "kim_audit_by_outcome"),
    ],
)  # fmt: skip
def test_without_their_index_they_are_not(half_a_year: Database, search: AuditSearch, index: str) -> None:
    with half_a_year.write() as session:
        session.execute(text(f"DROP INDEX {index}"))
    assert index not in plan(half_a_year, search)


def test_without_the_index_it_is_not(half_a_year: Database) -> None:
    with half_a_year.write() as session:
        session.execute(text("DROP INDEX kim_audit_by_time"))
    assert "kim_audit_by_time" not in plan(half_a_year, DAY)


def test_the_newest_come_first_and_pages_leave_nothing_out(half_a_year: Database) -> None:
    """Rows of one moment too; a row that was committed late stands where its time is."""
    late = BEGIN + timedelta(days=60, minutes=15)
    with half_a_year.write() as session:
        session.execute(entries.insert(), [{**ROW, "at": late, "thing": "late"}, {**ROW, "at": late, "thing": "later"}])
    asked = AuditSearch(first=date(2026, 3, 1), last=date(2026, 3, 3))
    with half_a_year.read() as session:
        whole = session.execute(asked.rows()).all()
        paged, before = [], None
        while rows := session.execute(AuditSearch(asked.first, asked.last, before=before).rows().limit(7)).all():
            paged += rows
            before = rows[-1].serial
    assert [row.serial for row in paged] == [row.serial for row in whole]
    assert len(whole) == 3 * A_DAY + 2
    assert [(row.at, row.serial) for row in whole] == sorted(((row.at, row.serial) for row in whole), reverse=True)


def test_the_reason_says_how_many_were_left_out() -> None:
    assert with_left_out("no_session", 4) == "no_session; 4 more before were not written"
    assert with_left_out("no_session", 0) == "no_session"
