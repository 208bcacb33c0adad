"""The table of partners' monthly figures."""

from alembic import op
from kim_statistics import steps

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    steps.create_statistics_1(op)


def downgrade() -> None:
    steps.drop_statistics_1(op)
