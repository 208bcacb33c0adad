"""Whether an interpreter is still given orders: whoever has stopped stays on their old ones."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("providers", sa.Column("available", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("providers", "available")
