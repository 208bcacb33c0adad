"""Where a world under attack lies: its folder, databases and broker; and what the workload writes into each database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.post import Post
from kim_bus.tables import SERIAL
from kim_runtime.columns import UtcColumn
from kim_runtime.database import Database
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, func, text

INTAKE = "staedteregion-aachen.intake"
CASEWORK = "staedteregion-aachen.casework"
INTERPRETING = "staedteregion-aachen.interpreting"
CARITAS = "caritas-eifel.casework"
MAILBOXES = (INTAKE, CASEWORK, INTERPRETING, CARITAS)

metadata = MetaData()

things = Table(  # what a service keeps; its version is given under the row's lock
    "fault_things",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("version", Integer, nullable=False),
)

said = Table(  # what was emitted, written in the same transaction: the checker's own record beside the outbox
    "fault_said",
    metadata,
    Column("event_id", String(64), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("routing_key", String(255), nullable=False),
    Column("content", String(200), nullable=False),
    Column("mark", String(20), nullable=False),  # how it will behave, see workload.py
    Column("cause", String(64)),  # the event whose reaction said it
    Column("held", Boolean, nullable=False),  # its transaction stayed open for seconds
    Column("taken_back", Boolean, nullable=False),
)

# Each of these only ever grows, and no key of them would hide that a row was written twice.
effects = Table(
    "fault_effects",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("source", String(80), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("version", Integer, nullable=False),
)
shown = Table(  # content that came into view, or left it (empty), in the order of these rows
    "fault_shown",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("source", String(80), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", String(200), nullable=False),
    Column("began", UtcColumn, nullable=False, server_default=func.now()),  # when its transaction began
)
known = Table(  # what has come into the inbox, by a trigger
    "fault_known",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("source", String(80), nullable=False),
    Column("name", String(80), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcColumn, nullable=False, server_default=func.clock_timestamp()),
)
projections = Table(  # as a reader sees a thing of another; written without a look at what stood there, since the bus promises enough
    "fault_projections",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("content", String(200), nullable=False),
)

TRIGGER = text(
    """
    create function fault_note() returns trigger language plpgsql as $$ begin
      insert into fault_known (source, name, subject, version) values (new.source, new.name, new.subject, new.subjectversion);
      return null;
    end $$;
    create trigger fault_note after insert on kim_inbox for each row execute function fault_note();
    """
)


@dataclass(frozen=True)
class Place:
    """What a process of the world must know. `databases` and `brokers` are addresses by mailbox."""

    folder: Path
    databases: dict[str, str]
    brokers: dict[str, str]

    def directory(self) -> Directory:
        return Directory.load(self.folder / "directory.json")

    def post(self, mailbox: str) -> Post:
        return Post(mailbox, self.directory(), Keys.load(self.folder / "keys" / f"{mailbox}.json"))

    def log_of(self, process: str) -> Path:
        return self.folder / f"{process}.log"

    def last_words(self, process: str) -> str:
        """The last line it wrote, empty where it wrote none."""
        log = self.log_of(process)
        return next(reversed(log.read_text(encoding="utf-8").splitlines()), "") if log.exists() else ""

    def database(self, mailbox: str) -> Database:
        return Database(self.databases[mailbox], {"post": self.post(mailbox)})
