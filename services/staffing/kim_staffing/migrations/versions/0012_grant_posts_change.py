"""Which posts a grant pays may change: what came in, what went out, by whom and by which document."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "grant_posts_change",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("grant_id", sa.String(64), sa.ForeignKey("funding_grant.id"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("removed", sa.Text, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
    )
    op.create_index("ix_grant_posts_change_grant_id", "grant_posts_change", ["grant_id"])


def downgrade() -> None:
    op.drop_table("grant_posts_change")
