"""Databases as a package's migrations leave them: migrated once in each process, then copied. Migrating takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile

from kim_runtime import migrations
from kim_runtime.database import Database
from sqlalchemy.engine import make_url

from servers.postgres import fresh_database


@dataclass
class Migrated:
    """In SQLite: `folder` is for the originals."""

    folder: Path

    def copy(self, package: str, to: Path) -> str:
        """The URL of a copy at `to`."""
        original = self.folder / f"{package}.sqlite3"
        if not original.exists():
            _migrate(f"sqlite:///{original}", package)
        copyfile(original, to)
        return f"sqlite:///{to}"


@dataclass
class MigratedOnPostgres:
    """The originals are databases of the server, dropped with `close`."""

    admin_url: str
    _made: dict[str, str] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def copy(self, package: str) -> Iterator[str]:
        """The URL of a copy, dropped with the block."""
        if package not in self._made:
            original = self._open.enter_context(fresh_database(self.admin_url))
            _migrate(original, package)
            self._made[package] = str(make_url(original).database)
        with fresh_database(self.admin_url, self._made[package]) as url:
            yield url

    def close(self) -> None:
        self._open.close()


def _migrate(url: str, package: str) -> None:
    database = Database(url)
    migrations.upgrade(database, package)
    database.close()
