"""Migration steps of the web door's tables, frozen: each says what it does in its own words and is never changed again.

A service's migration calls them: `steps.create_sign_in_1(op)` and, going back, `steps.drop_sign_in_1(op)`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import JSON, BigInteger, Column, Date, DateTime, Integer, String, Text, UniqueConstraint


def create_sign_in_1(op: Operations) -> None:
    moment = DateTime(timezone=True)
    op.create_table(
        "kim_session",
        Column("secret_hash", String(64), primary_key=True),
        Column("id", String(64), nullable=False, unique=True),
        Column("actor_id", String(200), nullable=False),
        Column("actor", JSON, nullable=False),
        Column("device", String(80), nullable=False),
        Column("opened_at", moment, nullable=False),
        Column("seen_at", moment, nullable=False),
        Column("subject", String(255), nullable=False),
        Column("provider_session", String(255), nullable=False),
        Column("id_token", Text, nullable=False),
    )
    op.create_index("kim_session_actor", "kim_session", ["actor_id"])
    op.create_index("kim_session_subject", "kim_session", ["subject"])
    op.create_table(
        "kim_access_key",
        Column("secret_hash", String(64), primary_key=True),
        Column("id", String(64), nullable=False, unique=True),
        Column("actor_id", String(200), nullable=False),
        Column("actor", JSON, nullable=False),
        Column("label", String(80), nullable=False),
        Column("actions", JSON, nullable=False),
        Column("made_at", moment, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("used_on", Date),
    )
    op.create_index("kim_access_key_actor", "kim_access_key", ["actor_id"])


def drop_sign_in_1(op: Operations) -> None:
    op.drop_table("kim_access_key")
    op.drop_table("kim_session")


def create_desk_1(op: Operations) -> None:
    moment = DateTime(timezone=True)
    op.add_column("kim_session", Column("locked_at", moment))
    op.create_table(
        "kim_draft",
        Column("id", String(64), primary_key=True),
        Column("actor_id", String(200), nullable=False),
        Column("address", String(500), nullable=False),
        Column("fields", JSON, nullable=False),
        Column("kept_at", moment, nullable=False),
    )
    op.create_index("kim_draft_actor", "kim_draft", ["actor_id"])


def drop_desk_1(op: Operations) -> None:
    op.drop_table("kim_draft")
    op.drop_column("kim_session", "locked_at")


def create_moved_entries_1(op: Operations) -> None:
    moment = DateTime(timezone=True)
    op.create_table(
        "kim_person",
        Column("actor_id", String(200), primary_key=True),
        Column("actor", JSON, nullable=False),
        Column("seen_at", moment, nullable=False),
    )
    op.create_table(
        "kim_moved_entry",
        Column("id", String(64), primary_key=True),
        Column("kind", String(40), nullable=False),
        Column("thing_id", String(64), nullable=False),
        Column("made_at", moment, nullable=False),
        Column("from_id", String(200), nullable=False),
        Column("from_name", String(200), nullable=False),
        Column("to_id", String(200), nullable=False),
        Column("to_name", String(200), nullable=False),
        Column("moved_at", moment, nullable=False),
        Column("state", String(10), nullable=False),
        Column("answered_at", moment),
        Column("settled_at", moment),
        Column("settled_by", String(200)),
        Column("settled_name", String(200)),
        UniqueConstraint("kind", "thing_id", name="kim_moved_entry_once"),
    )
    op.create_index("kim_moved_entry_to", "kim_moved_entry", ["to_id", "state"])
    op.create_index("kim_moved_entry_from", "kim_moved_entry", ["from_id"])


def drop_moved_entries_1(op: Operations) -> None:
    op.drop_table("kim_moved_entry")
    op.drop_table("kim_person")


def create_draft_label_1(op: Operations) -> None:
    op.add_column("kim_draft", Column("label", String(120), nullable=False, server_default=""))


def drop_draft_label_1(op: Operations) -> None:
    op.drop_column("kim_draft", "label")


def create_counted_1(op: Operations) -> None:
    op.create_table(
        "kim_counted",
        Column("what", String(255), primary_key=True),
        Column("minute", BigInteger, nullable=False),
        Column("taken", Integer, nullable=False),
    )


def drop_counted_1(op: Operations) -> None:
    op.drop_table("kim_counted")


def drop_id_token_1(op: Operations) -> None:
    op.drop_column("kim_session", "id_token")


def create_id_token_1(op: Operations) -> None:
    op.add_column("kim_session", Column("id_token", Text, nullable=False, server_default=""))
