"""The tables of the bus."""

from alembic import op
from kim_bus import steps

revision = "0001"
down_revision = None


def upgrade() -> None:
    steps.create_bus_1(op)


def downgrade() -> None:
    steps.drop_bus_1(op)
