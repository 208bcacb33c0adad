"""Migrations are numbered, have one head, go up and down again, and make exactly the tables of the model, on both databases."""

import ast
from pathlib import Path

import pytest
from kim_runtime import migrations
from kim_runtime.database import Database
from sqlalchemy import inspect

# A migration says what it does in its own words; of the tree it may use frozen steps and the column types, which never change.
ALLOWED = {"alembic", "sqlalchemy", "__future__", "collections", "datetime", "typing"}
ALLOWED_PARTS = {
    "kim_audit.steps", "kim_bus.steps", "kim_referral.steps", "kim_runtime.columns", "kim_runtime.steps", "kim_statistics.steps",
    "kim_web.steps",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database_url")
    database = Database(url)
    yield database
    database.close()


def tables(database):
    return set(inspect(database.engine).get_table_names())


def test_they_are_numbered_in_one_line(service):
    script = migrations.scripts(service.package)
    revisions = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert script.get_heads() == [revisions[-1]]
    files = sorted(Path(revision.path).name for revision in script.walk_revisions())
    assert all(name.startswith(f"{revision}_") for name, revision in zip(files, revisions, strict=True))


def test_they_make_the_tables_of_the_model(service, database):
    migrations.upgrade(database, service.package)
    assert migrations.differences(database, service.metadata) == []
    assert migrations.is_current(database, service.package)


@pytest.mark.slow
def test_they_leave_nothing_when_taken_back(service, database):
    migrations.upgrade(database, service.package)
    migrations.downgrade(database, service.package)
    assert tables(database) <= {migrations.VERSION_TABLE}
    assert migrations.current(database) is None


@pytest.mark.slow
def test_each_step_goes_down_and_up_again(service, database):
    numbers = [revision.revision for revision in reversed(list(migrations.scripts(service.package).walk_revisions()))]
    before = {}
    for number in numbers:
        migrations.upgrade(database, service.package, number)
        before[number] = tables(database)
    for number, lower in zip(reversed(numbers), [*reversed(numbers[:-1]), "base"], strict=True):
        migrations.downgrade(database, service.package, lower)
        assert tables(database) == before.get(lower, {migrations.VERSION_TABLE}), number
    migrations.upgrade(database, service.package)
    assert migrations.differences(database, service.metadata) == []


@pytest.mark.slow
def test_a_second_upgrade_does_nothing(service, database):
    migrations.upgrade(database, service.package)
    migrations.upgrade(database, service.package)
    assert migrations.is_current(database, service.package)


def test_they_never_import_the_model(service):
    for revision in migrations.scripts(service.package).walk_revisions():
        assert all(_is_allowed(name) for name in _imported(Path(revision.path))), revision.path


def _is_allowed(name):
    return name.partition(".")[0] in ALLOWED or any(name == part or name.startswith(f"{part}.") for part in ALLOWED_PARTS)


def _imported(path):
    """The names a file imports, in full: `from kim_bus import steps` is `kim_bus.steps`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
