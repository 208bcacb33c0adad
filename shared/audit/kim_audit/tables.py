"""The audit's tables in the database of a service. `steps.py` makes them, with triggers that let nobody change or delete a row."""

from __future__ import annotations

from kim_runtime.columns import UtcColumn
from sqlalchemy import JSON, BigInteger, Column, Index, Integer, MetaData, String, Table

SERIAL = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

entries = Table(
    "kim_audit",
    metadata,
    Column("serial", SERIAL, primary_key=True, autoincrement=True),
    Column("at", UtcColumn, nullable=False),  # real time
    Column("actor_id", String(200), nullable=False),  # as this house calls the person; never a name
    Column("roles", JSON, nullable=False),
    Column("action", String(80), nullable=False),  # as the policy calls it
    Column("thing", String(200), nullable=False),  # cases:0197…; empty: no single thing
    Column("outcome", String(20), nullable=False),
    Column("reason", String(500), nullable=False),  # where one is asked for
    Column("correlation_id", String(64), nullable=False),
    Column("seal", Integer),  # the number of the seal it lies under; none for a minute
    implicit_returning=False,
)
Index("kim_audit_unsealed", entries.c.serial, postgresql_where=entries.c.seal.is_(None), sqlite_where=entries.c.seal.is_(None))
Index("kim_audit_by_seal", entries.c.seal)
# As the auditor's page reads it: by days, or what one person did, or what happened to one thing, or one kind of act, or how it went out;
# each the newest first.
Index("kim_audit_by_time", entries.c.at, entries.c.serial)
Index("kim_audit_by_actor", entries.c.actor_id, entries.c.at, entries.c.serial)
Index("kim_audit_by_thing", entries.c.thing, entries.c.at, entries.c.serial)
Index("kim_audit_by_action", entries.c.action, entries.c.at, entries.c.serial)
Index("kim_audit_by_outcome", entries.c.outcome, entries.c.at, entries.c.serial)

seals = Table(
    "kim_audit_seal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcColumn, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("before", String(64), nullable=False),  # the digest of the seal before
    Column("digest", String(64), nullable=False),
)

anchor = Table(  # where the chain begins since its beginning was cut off, in one row; none: at seal 1
    "kim_audit_anchor",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # the last seal that was cut off
    Column("at", UtcColumn, nullable=False),  # of that seal
    Column("digest", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),  # how many have gone in all
    Column("cut_at", UtcColumn, nullable=False),
)
