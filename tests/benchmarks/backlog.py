"""Backlogs of this bus: signed events as `emit` writes them, made once a run and committed at once as often as needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from kim_bus import tables as bus
from sqlalchemy import create_engine

from benchmarks.candidates import Candidate
from benchmarks.common import CONFIGURATION, metadata
from benchmarks.limit import libpq
from benchmarks.machine import Machine
from benchmarks.processes import Crew

FIRST_SERIAL = 1_000_000_000  # far behind the events of a warm-up
MAKERS = 2  # processes
TESTS = Path(__file__).parents[1]


class Backlogs:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._made: dict[tuple[bool, int], Path] = {}

    def load(self, connection: psycopg.Connection[Any], candidate: Candidate, events: int) -> float:
        """Commit so many events in the outbox of this database, in one transaction. Returns when it committed (Unix time)."""
        file = self.file(candidate, events)
        with connection.transaction():
            row = connection.execute("select pg_current_xact_id()::text").fetchone()
            with connection.cursor().copy("copy kim_outbox from stdin (format binary)") as copy, file.open("rb") as rows:
                while part := rows.read(1 << 20):
                    copy.write(part)
            connection.execute("analyze kim_outbox")
        assert row is not None
        when = connection.execute("select extract(epoch from pg_xact_commit_timestamp(%s::xid))", (row[0],)).fetchone()
        assert when is not None
        return float(when[0])

    def file(self, candidate: Candidate, events: int) -> Path:
        """Made when first asked for. Signatures and validation do not differ by variant here: they are the reader's to check."""
        key = bool(candidate.options.get("sealed")), events
        if key not in self._made:
            self._made[key] = self._make({"sealed": key[0]}, events)
        return self._made[key]

    def _make(self, options: Mapping[str, Any], events: int) -> Path:
        file = self._machine.folder / f"backlog-{'sealed' if options['sealed'] else 'open'}-{events}"
        with self._machine.room(options) as room, Crew(room.folder) as crew:
            engine = create_engine(room.told.sender_database)
            metadata.create_all(engine)
            bus.metadata.create_all(engine)
            engine.dispose()
            room.sender.execute(f"alter sequence kim_outbox_serial_seq restart with {FIRST_SERIAL}")
            environment = {**os.environ, "PYTHONPATH": str(TESTS), CONFIGURATION: room.told.write()}
            makers = [crew.start("maker", [sys.executable, "-m", "benchmarks.ours", "sender"], environment) for _ in range(MAKERS)]
            for place, maker in enumerate(makers):
                maker.hear("ready")
                share = events // MAKERS
                maker.tell(f"fill run{place} 0 {share if place else events - share * (MAKERS - 1)} 0")
            for maker in makers:
                maker.hear("done")
            with psycopg.connect(libpq(room.told.sender_database)) as connection:
                order = "copy (select * from kim_outbox order by serial) to stdout (format binary)"
                with connection.cursor().copy(order) as copy, file.open("wb") as rows:
                    for part in copy:
                        rows.write(part)
        return file
