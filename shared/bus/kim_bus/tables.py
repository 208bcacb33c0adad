"""The bus's tables in the database of a service, the same in all four.

`steps.py` makes them; a test compares. Reads of due rows go by partial indexes, so that a year of published and done rows costs nothing.
"""

from __future__ import annotations

from kim_runtime.columns import UtcColumn
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    literal_column,
)

SERIAL = BigInteger().with_variant(Integer, "sqlite")
NEW, DONE, PARKED = "new", "done", "parked"
# Written into the statement, not bound to it: a planner proves that a partial index fits only from what the statement says.
IS_NEW: ColumnElement[str] = literal_column(f"'{NEW}'")
IS_PARKED: ColumnElement[str] = literal_column(f"'{PARKED}'")

metadata = MetaData()

outbox = Table(
    "kim_outbox",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("subjectversion", Integer, nullable=False),
    Column("routing_key", String(255), nullable=False),
    Column("mandatory", Boolean, nullable=False),  # addressed: no mailbox to take it is an error
    Column("body", LargeBinary, nullable=False),  # the exact bytes, as signed
    Column("headers", JSON, nullable=False),
    Column("created_at", UtcColumn, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcColumn, nullable=False),
    Column("last_error", String(200)),
    Column("published_at", UtcColumn),
    Column("leaving_at", UtcColumn),  # in the relay's hands, or perhaps gone: cannot be taken back any more
    Column("stuck_at", UtcColumn),  # given up until somebody looks
    Column("trace_id", String(32)),  # of the act that said it, for our own log alone: what leaves the house does not name it
    Column("last_day", Date),  # of business: what has not left by then never leaves
    implicit_returning=False,  # nobody asks what serial a row was given
)
Index(
    "kim_outbox_unpublished",
    outbox.c.serial,
    postgresql_where=outbox.c.published_at.is_(None),
    sqlite_where=outbox.c.published_at.is_(None),
)
Index(
    "kim_outbox_subject_unpublished",
    outbox.c.subject,
    postgresql_where=outbox.c.published_at.is_(None),
    sqlite_where=outbox.c.published_at.is_(None),
)

inbox = Table(
    "kim_inbox",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("event_id", String(300), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("subjectversion", Integer, nullable=False),
    Column("routing_key", String(255), nullable=False),
    Column("correlation_id", String(300), nullable=False),  # the sender's inside the house, a new one across its border
    Column("body", LargeBinary, nullable=False),  # the exact bytes; emptied once sealed content has taken effect or may not any more
    Column("headers", JSON, nullable=False),
    Column("received_at", UtcColumn, nullable=False),
    Column("state", String(10), nullable=False, default=NEW),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", UtcColumn, nullable=False),
    Column("reason", String(200)),
    Column("done_at", UtcColumn),
)
Index(
    "kim_inbox_undone",
    inbox.c.next_attempt_at,
    inbox.c.event_id,
    postgresql_where=inbox.c.state == IS_NEW,
    sqlite_where=inbox.c.state == IS_NEW,
)
Index("kim_inbox_parked", inbox.c.received_at, postgresql_where=inbox.c.state == IS_PARKED, sqlite_where=inbox.c.state == IS_PARKED)

heads = Table(  # the highest version of each subject known at this mailbox
    "kim_heads",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("subject", String(300), primary_key=True),
    Column("version", Integer, nullable=False),
)

refused = Table(  # what arrived and has no envelope to be trusted
    "kim_refused",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("received_at", UtcColumn, nullable=False),
    Column("routing_key", String(255), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary),  # its first bytes; none where it may be about a person
)

chores = Table(
    "kim_chores",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("ran_on", Date, nullable=False),
)

probe = Table(  # the last probe the courier sent to its own mailbox; one row
    "kim_probe",
    metadata,
    Column("mailbox", String(80), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("event_id", String(64)),
    Column("sent_at", UtcColumn),
    Column("seen_at", UtcColumn),  # when one came back
)

interventions = Table(  # what people did to parked and stuck messages
    "kim_interventions",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("at", UtcColumn, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(20), nullable=False),
    Column("event_id", String(300), nullable=False),
    Column("because", String(500), nullable=False),
)
