"""The embedded transport: a folder with one SQLite file per mailbox, and the topology applied in the sender's process.

For trying, teaching and a single office: one machine, and whoever can write to the folder can write to every mailbox.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from kim_bus.directory import Directory
from kim_bus.routing import bindings
from kim_bus.transports.interface import AccessDenied, Delivery, LinkLost, Mail, Outcome

BUSY_SECONDS = 15
POLL_SECONDS = 0.03
DELIVERY_LIMIT = 20  # as the broker's policy: mail that was fetched this often and never acknowledged kills its reader

SCHEMA = """
create table if not exists mail (
  tag integer primary key autoincrement, routing_key text not null, headers text not null, body blob not null,
  deliveries integer not null default 0
);
create table if not exists dead (tag integer primary key, routing_key text not null, headers text not null, body blob not null);
"""


class SqliteTransport:
    def __init__(self, folder: Path, mailbox: str, directory: Directory) -> None:
        self._folder = folder
        self._mailbox = mailbox
        self._directory = directory

    @cached_property
    def _readers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for binding in bindings(self._directory):
            found.setdefault(binding.routing_key, []).append(binding.mailbox)
        return found

    def outgoing(self) -> SqliteOutgoing:
        return SqliteOutgoing(self._folder, self._mailbox, self._readers)

    def incoming(self) -> SqliteIncoming:
        return SqliteIncoming(self._folder, self._mailbox)

    def check(self) -> None:
        self.incoming().close()

    def dead(self) -> int:
        incoming = self.incoming()
        try:
            return incoming.dead()
        finally:
            incoming.close()


class SqliteOutgoing:
    def __init__(self, folder: Path, mailbox: str, readers: dict[str, list[str]]) -> None:
        self._folder = folder
        self._mailbox = mailbox
        self._readers = readers
        self._files: dict[str, sqlite3.Connection] = {}

    def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
        outcomes = []
        letters: dict[str, list[tuple[str, str, bytes]]] = {}
        for mail in batch:
            if not mail.routing_key.startswith(f"{self._mailbox}."):
                raise AccessDenied(f"{self._mailbox} may not write under another's name")
            readers = self._readers.get(mail.routing_key, [])
            outcomes.append(Outcome.RETURNED if mail.mandatory and not readers else Outcome.CONFIRMED)
            for reader in readers:
                letters.setdefault(reader, []).append((mail.routing_key, json.dumps(dict(mail.headers)), mail.body))
        for reader, rows in letters.items():
            self._deliver(reader, rows)
        return outcomes

    def _deliver(self, reader: str, rows: list[tuple[str, str, bytes]]) -> None:
        try:
            if reader not in self._files:
                self._files[reader] = _open(self._folder, reader)
            file = self._files[reader]
            file.execute("begin immediate")
            file.executemany("insert into mail (routing_key, headers, body) values (?, ?, ?)", rows)
            file.execute("commit")
        except (sqlite3.Error, OSError) as error:
            raise LinkLost(type(error).__name__) from error

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}


class SqliteIncoming:
    def __init__(self, folder: Path, mailbox: str) -> None:
        try:
            self._file = _open(folder, mailbox)
        except (sqlite3.Error, OSError) as error:
            raise LinkLost(type(error).__name__) from error
        self._fetched = 0

    def fetch(self, limit: int, seconds: float) -> list[Delivery]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                waiting = self._file.execute("select 1 from mail where tag > ? limit 1", (self._fetched,)).fetchone()
                if waiting:
                    return self._take(limit)
            except sqlite3.Error as error:
                raise LinkLost(type(error).__name__) from error
            left = deadline - time.monotonic()
            if left <= 0:
                return []
            time.sleep(min(POLL_SECONDS, left))

    def _take(self, limit: int) -> list[Delivery]:
        file = self._file
        file.execute("begin immediate")
        file.execute("insert into dead select tag, routing_key, headers, body from mail where deliveries >= ?", (DELIVERY_LIMIT,))
        file.execute("delete from mail where deliveries >= ?", (DELIVERY_LIMIT,))
        rows = file.execute(
            "select tag, routing_key, headers, body, deliveries from mail where tag > ? order by tag limit ?", (self._fetched, limit)
        ).fetchall()
        # What was fetched before may have ended its reader: it goes alone, so that it takes nothing along to the dead.
        again = next((place for place, row in enumerate(rows) if row[-1] > 0), len(rows))
        rows = rows[: again or 1]
        if rows:
            file.execute("update mail set deliveries = deliveries + 1 where tag > ? and tag <= ?", (self._fetched, rows[-1][0]))
            self._fetched = rows[-1][0]
        file.execute("commit")
        return [
            Delivery(tag, routing_key, body, json.loads(headers), redelivered=before > 0)
            for tag, routing_key, headers, body, before in rows
        ]

    def dead(self) -> int:
        try:
            count: int = self._file.execute("select count(*) from dead").fetchone()[0]
        except sqlite3.Error as error:
            raise LinkLost(type(error).__name__) from error
        return count

    def ack(self, tag: int) -> None:
        try:
            self._file.execute("delete from mail where tag <= ?", (tag,))
        except sqlite3.Error as error:
            raise LinkLost(type(error).__name__) from error

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        self._file.close()


def _open(folder: Path, mailbox: str) -> sqlite3.Connection:
    folder.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(folder / f"{mailbox}.sqlite3", timeout=BUSY_SECONDS, isolation_level=None)
    file.execute("pragma journal_mode=wal")
    file.execute("pragma synchronous=normal")
    file.executescript(SCHEMA)
    return file
