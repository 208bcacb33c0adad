"""Migration steps of tables that services mix in from here, frozen: each says what it does in its own words and is never changed again.

A service's migration calls them: `steps.create_entered_1(op)` and, going back, `steps.drop_entered_1(op)`.
"""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import JSON, Column, DateTime, String


def create_entered_1(op: Operations) -> None:
    op.create_table(
        "entered",
        Column("id", String(64), primary_key=True),
        Column("kind", String(40), nullable=False),
        Column("thing_id", String(64), nullable=False),
        Column("what", String(60), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("by", String(200), nullable=False),
        Column("by_name", String(200), nullable=False),
        Column("before", JSON, nullable=False),
        Column("doubt", String(10), nullable=False),
        Column("correlation_id", String(64), nullable=False),
    )
    op.create_index("ix_entered_by", "entered", ["by", "at"])
    op.create_index("ix_entered_thing", "entered", ["thing_id", "kind"])


def drop_entered_1(op: Operations) -> None:
    op.drop_table("entered")
