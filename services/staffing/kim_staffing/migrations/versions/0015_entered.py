"""Who entered what."""

from alembic import op
from kim_runtime import steps

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    steps.create_entered_1(op)


def downgrade() -> None:
    steps.drop_entered_1(op)
