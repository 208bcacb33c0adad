"""A proposal to move money that nobody confirmed can be withdrawn."""

from alembic import op
from kim_runtime.columns import UtcColumn
from sqlalchemy import Column, String

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("reassignments", Column("withdrawn_by", String(64)))
    op.add_column("reassignments", Column("withdrawn_by_name", String(200), nullable=False, server_default=""))
    op.add_column("reassignments", Column("withdrawn_at", UtcColumn))


def downgrade() -> None:
    for name in ("withdrawn_at", "withdrawn_by_name", "withdrawn_by"):
        op.drop_column("reassignments", name)
