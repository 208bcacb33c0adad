"""Migrations: numbered files of a service, one head, applied by Alembic without a configuration file.

A migration never imports the model: it says what it does in its own words, so that it still means the same when the model has moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from kim_runtime.database import Database

LOCK = 0x4B494D  # "KIM": the advisory lock under which one process at a time migrates
VERSION_TABLE = "kim_schema_version"


def scripts(package: str) -> ScriptDirectory:
    """The migrations of a service package, e.g. `kim_intake`."""
    return ScriptDirectory(str(files(package) / "migrations"))


def upgrade(database: Database, package: str, target: str = "head") -> None:
    script = scripts(package)
    _run(database, script, lambda revision, _context: script._upgrade_revs(target, revision))


def downgrade(database: Database, package: str, target: str = "base") -> None:
    script = scripts(package)
    _run(database, script, lambda revision, _context: script._downgrade_revs(target, revision))


def current(database: Database) -> str | None:
    """The revision the database stands at, or None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def is_current(database: Database, package: str) -> bool:
    return current(database) == scripts(package).get_current_head()


def differences(database: Database, metadata: Sequence[MetaData]) -> list[Any]:
    """What the tables of the model have that the database has not, and the other way round."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": False, "target_metadata": list(metadata)}
        )
        found: list[Any] = compare_metadata(context, list(metadata))  # type: ignore[arg-type]
        return found


def _run(database: Database, script: ScriptDirectory, steps: Callable[[Any, Any], Any]) -> None:
    with database.engine.connect() as connection, connection.begin():
        _lock(connection)
        environment = EnvironmentContext(Config(), script)
        with environment:
            environment.configure(
                connection=connection, fn=steps, version_table=VERSION_TABLE, transaction_per_migration=False, transactional_ddl=True
            )
            environment.run_migrations()


def _lock(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return  # SQLite: BEGIN IMMEDIATE has already locked the file
    connection.execute(text("set local lock_timeout = '10s'"))
    connection.execute(text("set local statement_timeout = '10min'"))
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
