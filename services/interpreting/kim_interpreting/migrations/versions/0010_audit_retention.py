"""The audit may let go of what is over its time."""

from alembic import op
from kim_audit import steps

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    steps.create_audit_2(op)


def downgrade() -> None:
    steps.drop_audit_2(op)
