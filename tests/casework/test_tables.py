"""The migrations make exactly the tables of the model."""

from __future__ import annotations

from pathlib import Path

from kim_casework.service import SERVICE
from kim_runtime import migrations
from kim_runtime.database import Database


def test_migrations_make_the_tables_of_the_model_and_take_them_away_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'casework.sqlite3'}")
    migrations.upgrade(database, "kim_casework")
    assert migrations.differences(database, SERVICE.metadata) == []
    assert migrations.is_current(database, "kim_casework")
    migrations.downgrade(database, "kim_casework")
    assert migrations.current(database) is None
    migrations.upgrade(database, "kim_casework")
    assert migrations.differences(database, SERVICE.metadata) == []
    database.close()
