"""A desk that many use: locked sessions, and drafts of what was typed meanwhile."""

from alembic import op
from kim_web import steps

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    steps.create_desk_1(op)


def downgrade() -> None:
    steps.drop_desk_1(op)
