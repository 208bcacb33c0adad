"""The SQLite databases of a run understand each other's compiled statements: compiling them anew takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kim_runtime import database
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache

ENOUGH = 20_000  # statements; an engine of its own keeps 500


@contextmanager
def alike() -> Iterator[None]:
    """Inside, each `Database` on SQLite takes the dialect and the compiled statements of those before it."""
    first = create_engine("sqlite://")
    first.connect().close()  # asks what this SQLite can do
    statements: LRUCache[Any, Any] = LRUCache(ENOUGH)

    def engine(url: str, **options: Any) -> Engine:
        made = create_engine(url, **options)
        if make_url(url).get_backend_name() == "sqlite":
            made.dialect, made._compiled_cache = first.dialect, statements
        return made

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "create_engine", engine)
        yield
    first.dispose()
