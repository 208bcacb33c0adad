"""The database of one service: one transaction an operation.

SQLite as it comes answers "locked" to two writers (a deferred BEGIN cannot be upgraded), so a writing session begins with
BEGIN IMMEDIATE, with a write-ahead log and a patient busy timeout. PostgreSQL takes row locks (`with_for_update`) instead.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, Executable, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, object_session

BUSY_SECONDS = 15
TRUSTED_SECONDS = 1.0  # a connection that rested no longer is taken without a look
RESTS_SINCE = "kim_rests_since"
Mapped = TypeVar("Mapped")
# With some hundred thousand rows, or old statistics, PostgreSQL begins to sort all that is due for each batch instead of reading an index
# from its beginning: 0.4 ms became 436. So it is not asked to choose.
QUEUES = "-c enable_sort=off -c enable_bitmapscan=off -c plan_cache_mode=force_custom_plan -c jit=off"


class Database:
    """Engines and sessions on one database URL (`sqlite:///…` or `postgresql+psycopg://…`).

    `info` is handed to every session (`session.info`): what an operation needs of its house beside the rows.
    """

    def __init__(self, url: str, info: Mapping[str, Any] | None = None, *, for_queues: bool = False) -> None:
        self.url = make_url(url)
        self.info = dict(info or {})
        self.engine = (
            _sqlite(url, immediate=True)
            if self.is_sqlite
            else _postgresql(url, **({"connect_args": {"options": QUEUES}} if for_queues else {}))
        )
        self._reader = _sqlite(url, immediate=False) if self.is_sqlite else self.engine
        # Connections of its own that begin no transaction: two of three round trips less, and nothing to be set back each time.
        self._looker = self._reader if self.is_sqlite else _postgresql(url, isolation_level="AUTOCOMMIT")
        self._said: dict[Executable, tuple[str, Mapping[str, Any]]] = {}

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose rows are committed together when the block ends well, and not at all otherwise."""
        with Session(self.engine, expire_on_commit=False, info=dict(self.info)) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking: what is changed in it is never kept."""
        with Session(self._reader, info=dict(self.info), autoflush=False) as session:
            yield session
            session.rollback()

    def first(self, look: Executable, **values: Any) -> Any | None:
        """The first row that one statement finds, with these values for its parameters; a look of its own, outside any transaction.

        `look` is a constant of its module: how it is said is kept. Raises OperationalError where the database does not answer.
        """
        if self.is_sqlite:
            with self._looker.connect() as connection:
                return connection.execute(look, values).first()
        return self._asked_of_the_driver(look, values)

    def _asked_of_the_driver(self, look: Executable, values: Mapping[str, Any]) -> Any | None:
        """Each request asks so; by SQLAlchemy's result it costs three times as much. A moment comes in the server's zone."""
        if look not in self._said:
            said = look.compile(dialect=self._looker.dialect)  # type: ignore[attr-defined]
            self._said[look] = str(said), said.params
        words, constants = self._said[look]
        with closing(self._looker.raw_connection()) as connection:
            try:
                return connection.cursor(row_factory=namedtuple_row).execute(words, {**constants, **values}).fetchone()
            except psycopg.OperationalError as error:
                connection.invalidate()
                raise OperationalError(words, None, error) from error

    def for_queues(self) -> Database:
        """The same database through connections of its own, for reading what is due out of large tables. Close it too."""
        if self.is_sqlite:
            return self  # reads by its indexes anyway
        return Database(self.url.render_as_string(hide_password=False), self.info, for_queues=True)

    def answers(self) -> bool:
        """Whether the database can be reached and read."""
        try:
            with self._reader.connect() as connection:
                connection.execute(text("select 1"))
        except Exception:  # noqa: BLE001 - any failure at all means: not ready
            return False
        return True

    def forget_connections(self) -> None:
        """In a forked process: let go of the connections the parent opened, without closing them under its feet."""
        for engine in self._engines():
            engine.dispose(close=False)

    def close(self) -> None:
        for engine in self._engines():
            engine.dispose()

    def _engines(self) -> set[Engine]:
        return {self.engine, self._reader, self._looker}


def locked(session: Session, kind: type[Mapped], key: Any) -> Mapped | None:
    """The row under its lock until the transaction ends, and as it is now: what was read of it before may be of a moment ago."""
    return session.get(kind, key, with_for_update={"of": kind}, populate_existing=True)


def session_of(row: object) -> Session:
    """The session a row was read in, for what is asked of it there: it is asked while that is open."""
    session = object_session(row)
    assert session is not None, "a row is asked about while the session it was read in is open"
    return session


def _postgresql(url: str, **options: Any) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=10, **options)

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info[RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        """A connection that rested may have been cut off meanwhile. Asking it each time would double the cost of a small transaction."""
        if time.monotonic() - record.info.get(RESTS_SINCE, time.monotonic()) < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the pool makes a new one, and so for all that rest

    return engine


def _sqlite(url: str, *, immediate: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten in the file, not only unlinked (Art. 17 GDPR)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
