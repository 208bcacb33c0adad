"""A database with the triggers of a real one, on both kinds; and what people do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kim_audit.record import record
from kim_audit.sealing import seal
from kim_audit.verifying import verify
from kim_runtime.database import Database
from servers.migrated import Migrated
from sqlalchemy import text

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
COLUMNS = ("at", "actor_id", "roles", "action", "thing", "outcome", "reason", "correlation_id")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def audited(request: pytest.FixtureRequest, tmp_path: Path, migrated: Migrated) -> Iterator[Database]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = migrated.copy("kim_report", tmp_path / "rows.sqlite3")
        else:
            url = stack.enter_context(request.getfixturevalue("migrated_on_postgres").copy("kim_report"))
        database = Database(url)
        stack.callback(database.close)
        yield database


def written(database: Database, *things: str, minute: int = 0, sealed: bool = True, at: datetime | None = None) -> None:
    """Rows of a moment, sealed at once: so many minutes after NOON, unless another is said."""
    at = at or NOON + timedelta(minutes=minute)
    with database.write() as session:
        for thing in things:
            record(session, at=at, actor_id="kowalczyk", roles={"case_manager"}, action="case.see", outcome="seen", thing=thing)
    if sealed:
        with database.write() as session:
            seal(session, at)


def fault(database: Database, head: str = "") -> str:
    with database.read() as session:
        return verify(session, head).fault


def head(database: Database) -> str:
    with database.read() as session:
        return verify(session).head


def as_an_attacker(database: Database, *statements: str) -> None:
    """Somebody with the rights of the database's owner, who takes the triggers away first."""
    tables = ("kim_audit", "kim_audit_seal", "kim_audit_anchor")
    with database.write() as session:
        if database.is_sqlite:
            for trigger in session.scalars(text("select name from sqlite_master where type = 'trigger' and name like 'kim_audit%'")).all():
                session.execute(text(f"drop trigger {trigger}"))
        for table in () if database.is_sqlite else tables:
            session.execute(text(f"alter table {table} disable trigger user"))
        for statement in statements:
            session.execute(text(statement))
