"""The moment at which a step was ticked off, so that it can be given to who really did it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("next_steps", sa.Column("done_at", sa.DateTime(timezone=True)))
    op.create_index("ix_next_steps_done_at", "next_steps", ["done_at"])


def downgrade() -> None:
    op.drop_index("ix_next_steps_done_at", "next_steps")
    op.drop_column("next_steps", "done_at")
