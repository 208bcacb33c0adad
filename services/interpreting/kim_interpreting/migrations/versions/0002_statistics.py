"""The tables of partners' figures and of the months reported."""

from alembic import op
from kim_statistics import steps

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    steps.create_statistics_1(op)


def downgrade() -> None:
    steps.drop_statistics_1(op)
