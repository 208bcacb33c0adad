"""The migrations make the tables of the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from kim_interpreting.service import SERVICE
from kim_runtime import migrations
from kim_runtime.database import Database


@pytest.mark.slow
def test_migrations_make_exactly_the_tables_of_the_model_and_take_them_away_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/interpreting.sqlite3")
    migrations.upgrade(database, "kim_interpreting")
    assert migrations.differences(database, SERVICE.metadata) == []
    migrations.downgrade(database, "kim_interpreting")
    with database.engine.connect() as connection:
        assert database.engine.dialect.get_table_names(connection) == [migrations.VERSION_TABLE]
    database.close()
