"""Databases of both kinds for what must mean the same on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kim_runtime.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path) -> Iterator[Database]:
    """An empty database: a SQLite file, or a fresh PostgreSQL database."""
    url = f"sqlite:///{tmp_path / 'rows.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_database_url")
    database = Database(url)
    yield database
    database.close()
