"""One active relay per database, however many couriers run: an advisory lock on PostgreSQL, a locked file beside an SQLite database.

Both are let go by the system when their process dies.
"""

from __future__ import annotations

import fcntl
import time
from contextlib import suppress
from typing import IO, Protocol

from kim_runtime.database import Database
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

LOOK_SECONDS = 1.0  # a lock lost for so long lets two relays send the same, which no reader minds
RELAY_LOCK = 0x4B494D0001  # "KIM", 1: other locks of the suite have other numbers


class RelayLock(Protocol):
    def held(self) -> bool:
        """Whether this relay is the active one; takes the place if it is free."""
        ...

    def release(self) -> None: ...


def relay_lock(database: Database) -> RelayLock:
    return _FileLock(database) if database.is_sqlite else _AdvisoryLock(database)


class _AdvisoryLock:
    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._connection: Connection | None = None
        self._looked_at = 0.0

    def held(self) -> bool:
        now = time.monotonic()
        if self._connection is not None and now - self._looked_at < LOOK_SECONDS:
            return True
        self._looked_at = now
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": RELAY_LOCK}).scalar():
                connection.close()
                return False
            self._connection = connection
        else:
            self._connection.execute(text("select 1"))  # raises when the session, and with it the lock, is gone
        return True

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if not connection.invalidated:  # with a session that is gone, its lock is gone too
                with suppress(SQLAlchemyError):
                    connection.execute(text("select pg_advisory_unlock(:key)"), {"key": RELAY_LOCK})  # at once, not when the server notices
            connection.invalidate()  # ends the session and its lock; a pooled one would keep it
            connection.close()


class _FileLock:
    def __init__(self, database: Database) -> None:
        self._path = f"{database.url.database}.relay"
        self._file: IO[bytes] | None = None

    def held(self) -> bool:
        if self._file is not None:
            return True
        file = open(self._path, "ab")  # noqa: SIM115, PTH123 - stays open as long as the lock is held
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
