"""Migration steps of these tables, for the migrations of the services that use them. A step is frozen once released."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

MOMENT = sa.DateTime(timezone=True)


def create_statistics_1(op: Any) -> None:
    op.create_table(
        "statistics_reported",
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
    )
    op.create_table(
        "statistics_partner",
        sa.Column("organisation", sa.String(40), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("suppressed_below", sa.Integer, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
    )


def drop_statistics_1(op: Any) -> None:
    op.drop_table("statistics_partner")
    op.drop_table("statistics_reported")
