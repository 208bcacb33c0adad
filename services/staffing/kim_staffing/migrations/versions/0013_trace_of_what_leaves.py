"""An event that waits to leave knows the trace of the act that said it."""

from alembic import op
from kim_bus import steps

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    steps.add_trace_1(op)


def downgrade() -> None:
    steps.drop_trace_1(op)
