"""The provider's tables: accounts, the services that may ask, codes under way, and failed attempts. Sessions are `kim_web.tables`."""

from __future__ import annotations

from typing import Any

from kim_runtime.columns import UtcColumn
from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as Rows

metadata = MetaData()

accounts = Table(  # Konto
    "kim_account",
    metadata,
    Column("id", String(64), primary_key=True),  # what the services know as `sub`; never given to another person
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("sites", JSON, nullable=False),
    Column("staff", String(80)),
    Column("password_hash", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),  # a first password is good for one thing: choosing one's own
    Column("code_secret", String(200)),  # closed (`one_time_codes`)
    Column("code_used", Integer),  # the half minute of the last code, which is not good twice
    Column("rescue_hashes", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made_at", UtcColumn, nullable=False),
)

clients = Table(  # a service that may ask who somebody is
    "kim_client",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("base", String(200), nullable=False),  # where people open it,
    Column("internal", String(200)),  # and where the provider itself reaches it, if not there
    Column("roles", JSON, nullable=False),  # what it may do itself at other services
)

codes = Table(
    "kim_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("client_id", String(120), nullable=False),
    Column("account_id", String(64), nullable=False),
    Column("session_id", String(64), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", String(200), nullable=False),
    Column("nonce", String(200), nullable=False),
    Column("challenge", String(200), nullable=False),
    Column("auth_time", Integer, nullable=False),
    Column("ends_at", Integer, nullable=False),
)

reached = Table(  # which services a session of the provider has led to: they are told when it ends
    "kim_reached",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("client_id", String(120), primary_key=True),
    Column("account_id", String(64), nullable=False),
)

attempts = Table(  # failed ones, under the hash of a name or an address
    "kim_attempt",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Float, nullable=False),
    Column("not_before", Float, nullable=False),
)


def add(rows: Rows, table: Table, values: dict[str, Any]) -> None:
    """Add a row, unless one with its key is there already, or comes at the same moment."""
    insert = postgresql.insert if rows.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows.execute(insert(table).values(values).on_conflict_do_nothing())
