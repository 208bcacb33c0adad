"""Retention: what is over its time goes from the beginning, the chain still holds, and nobody else can cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from audit.conftest import as_an_attacker, fault, head, written
from kim_audit import cutting
from kim_audit.cutting import CUT, cut, years_before
from kim_audit.sealing import seal
from kim_audit.tables import anchor, entries, seals
from kim_audit.verifying import verify
from kim_runtime.database import Database
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

LONG_AGO = datetime(2020, 5, 1, 12, tzinfo=UTC)
NOW = datetime.now(UTC)
YEAR = timedelta(days=366)


def sealed_at(database: Database, at: datetime, *things: str) -> None:
    written(database, *things, at=at)


def cut_at(database: Database, now: datetime = NOW, years: int = 3) -> int:
    with database.write() as session:
        return cut(session, now, years, "service:casework")


def things(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(entries.c.thing).where(entries.c.action != CUT).order_by(entries.c.serial)))


@pytest.fixture
def aged(audited: Database) -> Database:
    """Three seals of 2020, one of two years ago, one of yesterday, one row open."""
    for day in range(3):
        sealed_at(audited, LONG_AGO + timedelta(days=day), f"old:{day}")
    sealed_at(audited, NOW - 2 * YEAR, "younger:1", "younger:2")
    sealed_at(audited, NOW - timedelta(days=1), "yesterday:1")
    written(audited, "open:1", sealed=False, at=NOW)
    return audited


def test_what_is_over_its_time_goes_and_the_chain_still_holds(aged: Database) -> None:
    noted = head(aged)
    assert cut_at(aged) == 3
    assert things(aged) == ["younger:1", "younger:2", "yesterday:1", "open:1"]
    assert fault(aged, noted) == ""
    with aged.read() as session:
        found = verify(session)
    assert (found.rows, found.seals, found.unsealed, found.cut_rows, found.cut_to) == (3, 2, 2, 3, LONG_AGO + timedelta(days=2))
    assert cut_at(aged) == 0


def test_a_cut_is_a_row_of_the_audit_itself(aged: Database) -> None:
    cut_at(aged)
    with aged.read() as session:
        row = session.execute(select(entries).where(entries.c.action == CUT)).one()
        digest = session.execute(select(anchor.c.digest)).scalar_one()
    assert (row.actor_id, row.roles, row.outcome, row.thing) == ("service:casework", ["service"], "done", f"seal:3:{digest}")


def test_it_goes_in_small_batches_and_again_next_year(aged: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "SEALS_AT_ONCE", 2)
    assert [cut_at(aged) for _batch in range(3)] == [2, 1, 0]
    assert fault(aged) == ""
    with aged.write() as session:
        seal(session, NOW)
    assert cut_at(aged, NOW + 2 * YEAR) == 2  # those of two years ago, when two more are over
    assert fault(aged) == ""
    with aged.read() as session:
        assert session.execute(select(func.count()).select_from(anchor)).scalar_one() == 1
        assert verify(session).cut_rows == 5


def test_rows_beyond_the_batch_wait_but_one_large_seal_goes_whole(aged: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "ROWS_AT_ONCE", 2)
    assert [cut_at(aged, years=1) for _batch in range(3)] == [2, 1, 2]


def test_a_chain_that_was_cut_off_whole_goes_on_from_there(audited: Database) -> None:
    sealed_at(audited, LONG_AGO, "old:1")
    with audited.write() as session:
        assert cut(session, NOW, 3, "service:casework") == 1
    assert things(audited) == []
    with audited.write() as session:
        seal(session, NOW)
        assert session.execute(select(seals.c.number)).scalars().all() == [2]
    assert fault(audited) == ""


SET = "(select {column} from kim_audit_seal where number = {number})"


def moved(number: int, **other: str) -> str:
    values = {"number": str(number), **{column: SET.format(column=column, number=number) for column in ("at", "digest")}, **other}
    selected = f"{values['number']}, {values['at']}, {values['digest']}, 0, {values['at']}"
    return f"insert into kim_audit_anchor (number, at, digest, rows, cut_at) select {selected}"


ATTACKS = {
    "the anchor taken away": (("delete from kim_audit_anchor",), "seal 1 is missing"),
    "the anchor moved on by hand": (
        ("update kim_audit_anchor set number = 4, digest = (select digest from kim_audit_seal where number = 4)",
         "delete from kim_audit where seal <= 4", "delete from kim_audit_seal where number <= 4"), "no row says so"),
    "the anchor given another digest": (("update kim_audit_anchor set digest = 'x'",), "no row says so"),
    "the first seal after it taken away": (
        ("delete from kim_audit where seal = 4", "delete from kim_audit_seal where number = 4"), "seal 4 is missing"),
    "the row of the cut taken away": ((f"delete from kim_audit where action = '{CUT}'",), "no row says so"),
    "the row of the cut dated back": (
        (f"update kim_audit set at = '2020-06-01 12:00:00.000000' where action = '{CUT}'",), "before its time"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_beginning_that_was_tampered_with_is_found(aged: Database, attack: str) -> None:
    cut_at(aged)
    assert fault(aged) == ""
    statements, says = ATTACKS[attack]
    as_an_attacker(aged, *statements)
    assert says in fault(aged)


def test_a_digest_from_before_the_cut_is_not_found_and_the_answer_says_why(aged: Database) -> None:
    with aged.read() as session:
        first = session.execute(select(seals.c.digest).where(seals.c.number == 1)).scalar_one()
        third = session.execute(select(seals.c.digest).where(seals.c.number == 3)).scalar_one()
    cut_at(aged)
    assert "where the chain begins since" in fault(aged, first)
    assert fault(aged, third) == ""  # the anchor itself


def refused(database: Database, work: Callable[[object], object]) -> None:
    with pytest.raises(DatabaseError), database.write() as session:
        work(session)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kim_audit where seal = 1",
        "delete from kim_audit_seal where number = 1",
        moved(5),  # of yesterday
        moved(1, digest="'another'"),
        moved(1, at="'2019-01-01 12:00:00.000000'"),
        moved(9),
    ],
)
def test_the_database_lets_nothing_go_before_the_anchor_has_moved_and_moves_it_over_nothing_young(aged: Database, statement: str) -> None:
    refused(aged, lambda session: session.execute(text(statement)))  # type: ignore[attr-defined]
    assert fault(aged) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kim_audit where seal > 3",
        "delete from kim_audit where seal is null",
        "delete from kim_audit_seal where number > 3",
        "delete from kim_audit_anchor",
        "update kim_audit_anchor set number = 2",
        "update kim_audit_anchor set rows = 0",
        moved(4),
    ],
)
def test_after_a_cut_too_nothing_else_goes(aged: Database, statement: str) -> None:
    cut_at(aged)
    refused(aged, lambda session: session.execute(text(statement)))  # type: ignore[attr-defined]
    assert fault(aged) == ""


def test_years_are_calendar_years() -> None:
    assert years_before(datetime(2024, 2, 29, 8, tzinfo=UTC), 3) == datetime(2021, 2, 28, 8, tzinfo=UTC)
    assert years_before(datetime(2026, 11, 26, tzinfo=UTC), 1) == datetime(2025, 11, 26, tzinfo=UTC)
