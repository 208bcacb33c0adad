"""An event that waits to leave knows after which day it must not."""

from alembic import op
from kim_bus import steps

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    steps.add_last_day_1(op)


def downgrade() -> None:
    steps.drop_last_day_1(op)
