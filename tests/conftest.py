"""Houses: services of the scenario's organisations in one process, each with its own SQLite database, joined by the embedded transport."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from kim_audit.tables import metadata as audit
from kim_bus import tables
from kim_bus.courier import Courier
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.post import Post
from kim_bus.transports import open_transport
from kim_runtime import logs
from kim_runtime.act import Act, Actor, service_act
from kim_runtime.clock import SetClock
from kim_runtime.database import Database
from kim_web import tables as signed_in
from servers.alike import alike
from servers.migrated import Migrated, MigratedOnPostgres
from sqlalchemy import MetaData

ROOT = Path(__file__).parents[1]
TOPOLOGY = ROOT / "deploy/rabbitmq/topology.toml"
OF_EVERY_HOUSE = (tables.metadata, audit, signed_in.metadata)
OF_TEMPLATES = [ROOT / "shared/web/kim_web" / name for name in ("app.py", "formats.py")]
START = datetime(2022, 5, 10, 7, 0, tzinfo=UTC)  # Tuesday, 09:00 at the desk


@dataclass
class House:
    """One service of one organisation. `act()` is the service's own; `act(actor=…)` a person's."""

    mailbox: str
    database: Database
    post: Post
    courier: Courier
    clock: SetClock

    def act(self, actor: Actor | None = None, at: datetime | None = None) -> Act:
        at = at or self.clock.now()
        if actor is None:
            return service_act(self.post.organisation, self.post.service, at)
        return Act(self.post.organisation, self.post.service, actor, at)

    def keep(self, to: Path) -> None:
        """Its SQLite database as it is now, as a file that other houses can be a copy of."""
        with closing(sqlite3.connect(str(self.database.url.database))) as made, closing(sqlite3.connect(to)) as copy:
            made.backup(copy)

    def become(self, kept: Path) -> None:
        """The other way round: what happened in the kept database has happened here, and nothing else."""
        with closing(sqlite3.connect(kept)) as made, closing(sqlite3.connect(str(self.database.url.database))) as copy:
            made.backup(copy)


@dataclass
class EmptyDatabases:
    """SQLite databases without rows, made once for each set of tables and copied: creating tables takes longer than most tests."""

    folder: Path
    made: dict[tuple[tuple[MetaData, ...], int], Path] = field(default_factory=dict)

    def copy(self, metadata: Iterable[MetaData], to: Path) -> None:
        known = tuple(metadata)
        key = (known, sum(len(one.tables) for one in known))
        if key not in self.made:
            path = self.folder / f"{len(self.made)}.sqlite3"
            database = Database(f"sqlite:///{path}")
            for one in known:
                one.create_all(database.engine)
            database.close()
            self.made[key] = path
        copyfile(self.made[key], to)


@dataclass
class Houses:
    """Call it with a mailbox to open a house: with its `Service` (tables, reactions, chores), or with these named one by one.

    `copy_of` is a file with a database in which something has happened already.
    """

    folder: Path
    empty_databases: EmptyDatabases
    directory: Directory
    keys: dict[str, Keys]
    clock: SetClock
    delivery_clock: SetClock | None = None
    opened: list[House] = field(default_factory=list)

    def __call__(
        self,
        mailbox: str,
        service: Any = None,
        *,
        metadata: Iterable[MetaData] = (),
        reactions: Iterable[Any] = (),
        chores: Iterable[Any] = (),
        url: str | None = None,
        copy_of: Path | None = None,
        **info: Any,
    ) -> House:
        if service is not None:
            metadata, reactions, chores = service.metadata, service.reactions, service.chores
        post = Post(mailbox, self.directory, self.keys[mailbox])
        known = {"post": post, "pool": post.organisation, "coordinator": ""}
        wanted = dict.fromkeys((*OF_EVERY_HOUSE, *metadata))
        file = self.folder / f"{mailbox}.sqlite3"
        copied = url is None and not file.exists()
        if copied and copy_of:
            copyfile(copy_of, file)
        elif copied:
            self.empty_databases.copy(wanted, file)
        database = Database(url or f"sqlite:///{file}", {**known, **info})
        for one in () if copied else wanted:
            one.create_all(database.engine)
        transport = open_transport(f"sqlite:///{self.folder / 'mail'}", mailbox, self.directory)
        courier = Courier(database, post, transport, reactions, chores, self.clock, self.delivery_clock)
        house = House(mailbox, database, post, courier, self.clock)
        self.opened.append(house)
        return house

    def close(self) -> None:
        for house in self.opened:
            house.courier.close()
            house.database.close()


@pytest.fixture(autouse=True)
def structured_logs() -> None:
    """As in a running process; the default of the library draws each error with all its variables, which takes half a second."""
    logs.set_up("tests", "tests", "tests")


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each template is compiled once for all runs with it, since that takes longer than what most tests ask of a page.

    Jinja itself sees when a template changed. What it was compiled with is in the name of the folder: Jinja's release, and our filters,
    which it applies to constants then and there.
    """
    compiled_with = sha256(version("jinja2").encode() + b"".join(path.read_bytes() for path in OF_TEMPLATES)).hexdigest()[:16]
    kept = Path(sys.prefix) / "kim-templates" / compiled_with
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError:
        kept = tmp_path_factory.mktemp("templates")
    if not os.access(kept, os.W_OK):
        kept = tmp_path_factory.mktemp("templates")
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(kept))}


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """The same for SQL."""
    with alike():
        yield


@pytest.fixture(scope="session")
def keys() -> dict[str, Keys]:
    return {mailbox: Keys.generate() for mailbox in Directory.load(TOPOLOGY).mailboxes()}


@pytest.fixture(scope="session")
def directory(keys: dict[str, Keys]) -> Directory:
    """The scenario's organisations, with public keys."""
    return Directory.load(TOPOLOGY).with_keys({mailbox: own.public() for mailbox, own in keys.items()})


@pytest.fixture(scope="session")
def empty_databases(tmp_path_factory: pytest.TempPathFactory) -> EmptyDatabases:
    return EmptyDatabases(tmp_path_factory.mktemp("empty-databases"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """Copies of databases as the migrations of a package leave them."""
    return Migrated(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session")
def migrated_on_postgres(postgres_url: str) -> Iterator[MigratedOnPostgres]:
    """The same on PostgreSQL; the originals are dropped before its server ends."""
    made = MigratedOnPostgres(postgres_url)
    yield made
    made.close()


@pytest.fixture
def houses(tmp_path: Path, empty_databases: EmptyDatabases, directory: Directory, keys: dict[str, Keys]) -> Iterator[Houses]:
    """`houses("staedteregion-aachen.casework", SERVICE)`; all share one business clock, `houses.clock`."""
    opened = Houses(tmp_path, empty_databases, directory, keys, SetClock(START))
    yield opened
    opened.close()


@pytest.fixture
def pump_all(houses: Houses) -> Callable[..., int]:
    """Let mail flow between all opened houses (or the ones given) until nothing moves anywhere."""

    def pump(some: Iterable[House] | None = None) -> int:
        total = 0
        while moved := sum(house.courier.pump() for house in (houses.opened if some is None else list(some))):
            total += moved
        return total

    return pump
