"""The chain: whatever is changed, removed or inserted is found, and nothing that was written is missed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from audit.conftest import COLUMNS, NOON, as_an_attacker, fault, head, written
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_audit.keeping import works
from kim_audit.record import record
from kim_audit.sealing import digest_of, newest, seal
from kim_audit.tables import entries, metadata, seals
from kim_audit.verifying import verify
from kim_runtime.database import Database
from servers.migrated import Migrated
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError


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


INSERTED = f"insert into kim_audit select 99, {', '.join(COLUMNS)}, {{seal}} from kim_audit where serial = 1"
SWAPPED = ("update kim_audit set serial = -1 where serial = 1", "update kim_audit set serial = 1 where serial = 2",
           "update kim_audit set serial = 2 where serial = -1")  # fmt: skip
ATTACKS = {
    "a thing changed": (("update kim_audit set thing = 'cases:9' where serial = 2",), "was changed"),
    "a person changed": (("update kim_audit set actor_id = 'breuer' where serial = 1",), "was changed"),
    "a time changed": (("update kim_audit set at = '2026-11-25 11:59:59.000000' where serial = 1",), "was changed"),
    "roles changed": (("update kim_audit set roles = '[\"auditor\"]' where serial = 1",), "was changed"),
    "rows swapped": (SWAPPED, "was changed"),
    "a row given a later place": (("update kim_audit set serial = 77 where serial = 1",), "was changed"),
    "rows swapped between seals": (("update kim_audit set seal = 3 - seal where serial in (2, 3)",), "was changed"),
    "a row moved under the next seal": (("update kim_audit set seal = 2 where serial = 2",), "a row was removed"),
    "a row removed": (("delete from kim_audit where serial = 2",), "a row was removed"),
    "all rows of a seal removed": (("delete from kim_audit where seal = 2",), "a row was removed"),
    "a row taken out from under its seal": (("update kim_audit set seal = null where serial = 2",), "a row was removed"),
    "a row inserted": ((INSERTED.format(seal=1),), "a row was inserted"),
    "a row inserted under no seal there is": ((INSERTED.format(seal=-1),), "a row was inserted"),
    "the first seal removed": (("delete from kim_audit_seal where number = 1",), "seal 1 is missing"),
    "the last seal removed": (("delete from kim_audit_seal where number = 2",), "cut off"),
    "a seal removed with its rows": (("delete from kim_audit where seal = 1", "delete from kim_audit_seal where number = 1"), "is missing"),
    "a digest changed": (("update kim_audit_seal set digest = 'x' where number = 1",), "was changed"),
    "a seal's time changed": (("update kim_audit_seal set at = '2020-01-01 12:00:00.000000' where number = 2",), "was changed"),
    "a seal hung elsewhere": (("update kim_audit_seal set before = digest where number = 2",), "does not follow"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_tampered_with_is_found(audited: Database, attack: str) -> None:
    written(audited, "cases:1", "cases:2")
    written(audited, "cases:3", minute=1)
    assert fault(audited) == ""
    statements, says = ATTACKS[attack]
    as_an_attacker(audited, *statements)
    said = fault(audited)
    assert says in said and re.search(r"seal -?[0-9]+", said), said  # what, and where
    assert "rows" not in said or re.search(r"\(serials (–|[0-9]+(–[0-9]+)?)\)", said) or "with its rows" in said, said


def test_an_end_that_was_cut_off_is_found_by_the_digest_that_was_written_down(audited: Database) -> None:
    written(audited, "cases:1")
    written(audited, "cases:2", minute=1)
    noted = head(audited)[:16]  # as the page shows it
    assert fault(audited, noted) == ""
    assert fault(audited, noted[:8]).startswith("8 signs") and "at least 16" in fault(audited, noted[:8])
    as_an_attacker(audited, "delete from kim_audit where seal = 2", "delete from kim_audit_seal where number = 2")
    assert fault(audited) == ""  # nothing inside the database could know
    assert "cut off" in fault(audited, noted)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kim_audit",
        "delete from kim_audit where seal is null",
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
    written(audited, "cases:2", sealed=False)
    if not audited.is_sqlite and "replace" in statement:
        return  # PostgreSQL has no REPLACE
    with pytest.raises(DatabaseError), audited.write() as session:
        session.execute(text(statement))
    assert fault(audited) == ""


@pytest.mark.parametrize("said", [NOON - timedelta(days=300), NOON + timedelta(days=2)])
def test_a_row_for_another_day_is_found_by_the_seal_it_gets(audited: Database, said: datetime) -> None:
    """Whoever may insert rows, as the service's own account may, makes nobody a reader of last January."""
    written(audited, "a:1")
    written(audited, "a:2", minute=30, at=NOON - timedelta(minutes=20))  # a clock that was put right, or a transaction that took long
    assert fault(audited) == ""
    with audited.write() as session:
        record(session, at=said, actor_id="breuer", roles={"case_manager"}, action="case.see", outcome="seen", thing="cases:1")
    with audited.write() as session:
        seal(session, NOON + timedelta(minutes=31))
    assert f"covers a row that says {said:%Y-%m-%d %H:%M} UTC" in fault(audited)


def test_a_row_for_another_day_is_found_under_seals_of_that_day_too(audited: Database) -> None:
    """The service's own account seals as well: an empty seal of last January, and one with the row, digests as they should be."""
    written(audited, "a:1")
    for moment, thing in ((NOON - timedelta(days=300), ""), (NOON - timedelta(days=300, minutes=-2), "cases:1")):
        with audited.write() as session:
            if thing:
                record(session, at=moment, actor_id="breuer", roles={"case_manager"}, action="case.see", outcome="seen", thing=thing)
            rows = session.execute(entries.select().where(entries.c.seal.is_(None))).all()
            number, before = newest(session)
            digest = digest_of(before, number + 1, moment, rows)
            session.execute(seals.insert(), {"number": number + 1, "at": moment, "rows": len(rows), "before": before, "digest": digest})
            session.execute(entries.update().where(entries.c.seal.is_(None)).values(seal=number + 1))
    written(audited, "a:2", minute=1)
    assert "an earlier moment than the seals before it" in fault(audited)


HIDDEN = (
    "at = replace(at, ' ', 'T')", "at = '2026-W48-3 12:00:00.000000'", "at = 'x'", "roles = 'x'", "actor_id = x'00'",
    "thing = cast(x'ff' as text)",
)  # fmt: skip


@pytest.mark.parametrize("change", [*HIDDEN, "at = 'x' --seal"])
def test_what_cannot_be_read_as_it_was_written_is_a_fault_and_no_breakdown(tmp_path: Path, migrated: Migrated, change: str) -> None:
    """SQLite keeps anything: words nobody can read, and a day written so that no search for it finds it."""
    database = Database(migrated.copy("kim_report", tmp_path / "rows.sqlite3"))
    written(database, "cases:1")
    written(database, "cases:2", minute=1)
    change, of_a_seal, _ = change.partition(" --seal")
    as_an_attacker(database, f"update kim_audit{'_seal' * bool(of_a_seal)} set {change} where {'number' if of_a_seal else 'serial'} = 2")
    assert "cannot be read as it was written" in fault(database)
    database.close()


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


@settings(max_examples=25, deadline=None)
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


def test_the_head_is_told_once_an_hour_and_finds_a_cut_end(audited: Database, capsys: pytest.CaptureFixture[str]) -> None:
    written(audited, "cases:1")
    written(audited, "cases:2", minute=1)
    _seal, tell_head, *_ = works("staedteregion-aachen.casework", 3)
    for minutes in (0, 59, 60):
        with audited.write() as session:
            tell_head(session, NOON + timedelta(minutes=minutes))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"audit is sealed up to here"' in line]
    assert [(line["head"], line["count"]) for line in lines] == [(head(audited), 2)] * 2
    as_an_attacker(audited, "delete from kim_audit where seal = 2", "delete from kim_audit_seal where number = 2")
    assert "cut off" in fault(audited, lines[0]["head"])
