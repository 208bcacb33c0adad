"""The chain: whatever is changed, removed or inserted is found, and nothing that was written is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_audit.record import record
from kim_audit.sealing import seal, verify
from kim_audit.tables import entries, metadata, seals
from kim_runtime import migrations
from kim_runtime.database import Database
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
COLUMNS = ("at", "actor_id", "roles", "action", "thing", "outcome", "reason", "correlation_id")


@pytest.fixture
def audited(tmp_path: Path) -> Iterator[Database]:
    """A database with the triggers of a real one."""
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    migrations.upgrade(database, "kim_report")
    yield database
    database.close()


def written(database: Database, *things: str, minute: int = 0, sealed: bool = True) -> None:
    with database.write() as session:
        for thing in things:
            record(session, at=NOON, actor_id="kowalczyk", roles={"case_manager"}, action="case.see", outcome="seen", thing=thing)
    if sealed:
        with database.write() as session:
            seal(session, NOON + timedelta(minutes=minute))


def fault(database: Database, head: str = "") -> str:
    with database.read() as session:
        return verify(session, head).fault


def head(database: Database) -> str:
    with database.read() as session:
        return verify(session).head


def as_an_attacker(database: Database, *statements: str) -> None:
    """Somebody with the database's own rights, who drops the triggers first."""
    with database.write() as session:
        for trigger in session.scalars(text("select name from sqlite_master where type = 'trigger' and name like 'kim_audit%'")).all():
            session.execute(text(f"drop trigger {trigger}"))
        for statement in statements:
            session.execute(text(statement))


def test_a_chain_holds_and_says_how_much_it_covers(audited: Database) -> None:
    written(audited, "cases:1", "cases:2")
    written(audited, "cases:3", minute=1)
    written(audited, "cases:4", sealed=False)
    with audited.read() as session:
        verdict = verify(session)
    assert (verdict.fault, verdict.rows, verdict.seals, verdict.unsealed) == ("", 3, 2, 1)


def test_nothing_is_sealed_where_nothing_was_written(audited: Database) -> None:
    with audited.write() as session:
        assert seal(session, NOON) == 0
        assert session.execute(seals.select()).all() == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update kim_audit set thing = 'cases:9' where serial = 2", "was changed"),
        ("update kim_audit set actor_id = 'breuer' where serial = 1", "was changed"),
        ("delete from kim_audit where serial = 2", "a row was removed"),
        (f"insert into kim_audit select 99, {', '.join(COLUMNS)}, 1 from kim_audit where serial = 1", "a row was inserted"),
        (f"insert into kim_audit select 99, {', '.join(COLUMNS)}, -1 from kim_audit where serial = 1", "a row was inserted"),
        ("delete from kim_audit_seal where number = 1", "seal 1 is missing"),
        ("delete from kim_audit_seal where number = 2", "cut off"),
        ("update kim_audit_seal set digest = 'x' where number = 1", "was changed"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_found(audited: Database, statement: str, says: str) -> None:
    written(audited, "cases:1", "cases:2")
    written(audited, "cases:3", minute=1)
    as_an_attacker(audited, statement)
    assert says in fault(audited)


def test_an_end_that_was_cut_off_is_found_by_the_digest_that_was_written_down(audited: Database) -> None:
    written(audited, "cases:1")
    written(audited, "cases:2", minute=1)
    noted = head(audited)[:16]  # as the page shows it
    assert fault(audited, noted) == ""
    assert "cut off" in fault(audited, noted[:8])  # too few to say anything
    as_an_attacker(audited, "delete from kim_audit where seal = 2", "delete from kim_audit_seal where number = 2")
    assert fault(audited) == ""  # nothing inside the database could know
    assert "cut off" in fault(audited, noted)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kim_audit",
        "update kim_audit set thing = 'cases:9'",
        "update kim_audit set seal = null",
        f"insert or replace into kim_audit select 1, {', '.join(COLUMNS)}, null from kim_audit where serial = 1",
        f"insert into kim_audit select 99, {', '.join(COLUMNS)}, 1 from kim_audit where serial = 1",
        "insert or replace into kim_audit_seal select number, at, 0, before, digest from kim_audit_seal",
        "delete from kim_audit_seal",
        "update kim_audit_seal set rows = 0",
    ],
)
def test_the_database_itself_refuses_to_change_a_row(audited: Database, statement: str) -> None:
    written(audited, "cases:1")
    with pytest.raises(DatabaseError), audited.write() as session:
        session.execute(text(statement))
    assert fault(audited) == ""


def test_what_commits_late_lies_under_a_later_seal(audited: Database) -> None:
    written(audited, "cases:1", "cases:2", sealed=False)
    as_an_attacker(audited, "update kim_audit set serial = 10 where serial = 1")
    with audited.write() as session:
        seal(session, NOON)
    late = {"serial": 5, "at": NOON, "actor_id": "b", "roles": [], "action": "a", "thing": "", "outcome": "seen"}  # a serial given before
    with audited.write() as session:
        session.execute(entries.insert(), {**late, "reason": "", "correlation_id": ""})
    with audited.write() as session:
        assert seal(session, NOON) == 1
    assert fault(audited) == ""


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    which=st.integers(0, 15),
    column=st.sampled_from(COLUMNS),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)
def test_any_single_change_is_found(sizes: list[int], which: int, column: str, value: str) -> None:
    database = Database("sqlite:///:memory:")
    try:
        metadata.create_all(database.engine)
        with database.write() as session:
            for minute, size in enumerate(sizes):
                for number in range(size):
                    record(session, at=NOON, actor_id="k", roles={"r"}, action="a", outcome="seen", thing=f"t{number}")
                seal(session, NOON + timedelta(minutes=minute))
            serial = which % sum(sizes) + 1
            change: Callable[[object], object] = {
                "at": lambda _: NOON + timedelta(seconds=len(value) + 1), "roles": lambda _: ["r", value],
            }.get(column, lambda before: f"{before}{value}x")  # fmt: skip
            before = session.execute(entries.select().where(entries.c.serial == serial)).one()
            session.execute(entries.update().where(entries.c.serial == serial).values({column: change(getattr(before, column))}))
            assert "was changed" in verify(session).fault
    finally:
        database.close()
