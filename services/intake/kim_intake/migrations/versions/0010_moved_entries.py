"""Who is known to the service, and entries given to the person who made them."""

from alembic import op
from kim_web import steps

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    steps.create_moved_entries_1(op)


def downgrade() -> None:
    steps.drop_moved_entries_1(op)
