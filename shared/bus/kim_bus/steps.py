"""Migration steps of the bus's tables, frozen: each says what it does in its own words and is never changed again.

A service's migration calls them: `steps.create_bus_1(op)` and, going back, `steps.drop_bus_1(op)`; likewise the others.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, Integer, LargeBinary, String, text


def create_bus_1(op: Operations) -> None:
    serial = BigInteger().with_variant(Integer, "sqlite")
    moment = DateTime(timezone=True)
    op.create_table(
        "kim_outbox",
        Column("serial", serial, primary_key=True, autoincrement=True),
        Column("event_id", String(64), nullable=False, unique=True),
        Column("name", String(80), nullable=False),
        Column("subject", String(300), nullable=False),
        Column("subjectversion", Integer, nullable=False),
        Column("routing_key", String(255), nullable=False),
        Column("mandatory", Boolean, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("headers", JSON, nullable=False),
        Column("created_at", moment, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_attempt_at", moment, nullable=False),
        Column("last_error", String(200)),
        Column("published_at", moment),
        Column("leaving_at", moment),
        Column("stuck_at", moment),
    )
    unpublished = text("published_at IS NULL")
    op.create_index("kim_outbox_unpublished", "kim_outbox", ["serial"], postgresql_where=unpublished, sqlite_where=unpublished)
    op.create_index("kim_outbox_subject_unpublished", "kim_outbox", ["subject"], postgresql_where=unpublished, sqlite_where=unpublished)
    op.create_table(
        "kim_inbox",
        Column("source", String(80), primary_key=True),
        Column("event_id", String(300), primary_key=True),
        Column("name", String(80), nullable=False),
        Column("subject", String(300), nullable=False),
        Column("subjectversion", Integer, nullable=False),
        Column("routing_key", String(255), nullable=False),
        Column("correlation_id", String(300), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("headers", JSON, nullable=False),
        Column("received_at", moment, nullable=False),
        Column("state", String(10), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_attempt_at", moment, nullable=False),
        Column("reason", String(200)),
        Column("done_at", moment),
    )
    undone, parked = text("state = 'new'"), text("state = 'parked'")
    op.create_index("kim_inbox_undone", "kim_inbox", ["next_attempt_at", "event_id"], postgresql_where=undone, sqlite_where=undone)
    op.create_index("kim_inbox_parked", "kim_inbox", ["received_at"], postgresql_where=parked, sqlite_where=parked)
    op.create_table(
        "kim_heads",
        Column("source", String(80), primary_key=True),
        Column("subject", String(300), primary_key=True),
        Column("version", Integer, nullable=False),
    )
    op.create_table(
        "kim_refused",
        Column("serial", serial, primary_key=True, autoincrement=True),
        Column("received_at", moment, nullable=False),
        Column("routing_key", String(255), nullable=False),
        Column("reason", String(200), nullable=False),
        Column("size", Integer, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("body", LargeBinary),
    )
    op.create_table("kim_chores", Column("name", String(80), primary_key=True), Column("ran_on", Date, nullable=False))
    op.create_table(
        "kim_interventions",
        Column("serial", serial, primary_key=True, autoincrement=True),
        Column("at", moment, nullable=False),
        Column("actor", String(80), nullable=False),
        Column("action", String(20), nullable=False),
        Column("event_id", String(300), nullable=False),
        Column("because", String(500), nullable=False),
    )


def drop_bus_1(op: Operations) -> None:
    for table in ("kim_interventions", "kim_chores", "kim_refused", "kim_heads", "kim_inbox", "kim_outbox"):
        op.drop_table(table)


def add_trace_1(op: Operations) -> None:
    op.add_column("kim_outbox", Column("trace_id", String(32)))


def drop_trace_1(op: Operations) -> None:
    op.drop_column("kim_outbox", "trace_id")


def add_last_day_1(op: Operations) -> None:
    op.add_column("kim_outbox", Column("last_day", Date))


def drop_last_day_1(op: Operations) -> None:
    op.drop_column("kim_outbox", "last_day")


def create_probe_1(op: Operations) -> None:
    op.create_table(
        "kim_probe",
        Column("mailbox", String(80), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("event_id", String(64)),
        Column("sent_at", DateTime(timezone=True)),
        Column("seen_at", DateTime(timezone=True)),
    )


def drop_probe_1(op: Operations) -> None:
    op.drop_table("kim_probe")
