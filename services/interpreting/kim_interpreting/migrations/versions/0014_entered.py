"""Who entered what, and which lines of the log and the ledger an act wrote."""

from alembic import op
from kim_runtime import steps
from sqlalchemy import Column, String

revision = "0014"
down_revision = "0013"
LINES = ("order_steps", "movements")


def upgrade() -> None:
    steps.create_entered_1(op)
    for table in LINES:
        op.add_column(table, Column("correlation_id", String(64), nullable=False, server_default=""))
        op.create_index(f"ix_{table}_correlation_id", table, ["correlation_id"])


def downgrade() -> None:
    for table in LINES:
        op.drop_index(f"ix_{table}_correlation_id", table)
        op.drop_column(table, "correlation_id")
    steps.drop_entered_1(op)
