"""The tables, the steps that make them, and the indexes their queries need."""

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from kim_bus import steps, tables
from kim_runtime.database import Database
from kim_runtime.migrations import differences
from sqlalchemy import inspect

STEPS = (steps.create_bus_1, steps.create_probe_1, steps.add_trace_1, steps.add_last_day_1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database_url")
    opened = Database(url)
    yield opened
    opened.close()


def run(database, step):
    with database.engine.begin() as connection:
        step(Operations(MigrationContext.configure(connection)))


def test_the_steps_make_the_tables_the_code_uses_and_take_them_away_again(database):
    for step in STEPS:
        run(database, step)
    assert differences(database, [tables.metadata]) == []
    for step in (steps.drop_last_day_1, steps.drop_trace_1, steps.drop_probe_1, steps.drop_bus_1):
        run(database, step)
    assert inspect(database.engine).get_table_names() == []


def test_the_steps_and_the_tables_name_the_same_columns_and_types(database):
    tables.metadata.create_all(database.engine)
    expected = described(database)
    tables.metadata.drop_all(database.engine)
    for step in STEPS:
        run(database, step)
    assert described(database) == expected


def described(database):
    look = inspect(database.engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table)],
            look.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"], tuple(index["column_names"])) for index in look.get_indexes(table)),
        )
        for table in look.get_table_names()
    }


def test_reading_what_is_due_never_walks_through_what_is_done(houses):
    house = houses("staedteregion-aachen.casework")
    from kim_bus.effects import Effects
    from kim_bus.worker import Worker
    from kim_runtime.clock import SystemClock

    due = Worker(house.database, house.post, Effects(house.post, (), SystemClock()), SystemClock())._due()
    plans = {
        "kim_inbox_undone": str(due.compile(dialect=house.database.engine.dialect, compile_kwargs={"literal_binds": False})),
        "kim_outbox_unpublished": "select * from kim_outbox where published_at is null order by serial limit 200",
    }
    with house.database.read() as session:
        for index, statement in plans.items():
            question_marks = statement.count("?")
            connection = session.connection().connection
            rows = connection.cursor().execute(
                f"explain query plan {statement}", ("2022-05-10",) * (question_marks - 2) + (1, 0) if question_marks else ()
            )
            plan = " / ".join(row[-1] for row in rows)
            assert index in plan
            assert "TEMP B-TREE" not in plan
