"""The table of the courier's probe."""

from alembic import op
from kim_bus import steps

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    steps.create_probe_1(op)


def downgrade() -> None:
    steps.drop_probe_1(op)
