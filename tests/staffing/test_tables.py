"""Staffing's tables come from its migrations, up and down."""

from __future__ import annotations

from pathlib import Path

from kim_runtime import migrations
from kim_runtime.database import Database
from kim_staffing.service import SERVICE
from sqlalchemy import inspect


def test_the_migrations_make_the_tables_of_the_model_and_take_them_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/staffing.db")
    migrations.upgrade(database, SERVICE.package)
    assert migrations.is_current(database, SERVICE.package)
    assert migrations.differences(database, SERVICE.metadata) == []
    migrations.downgrade(database, SERVICE.package)
    assert inspect(database.engine).get_table_names() == [migrations.VERSION_TABLE]
    database.close()
