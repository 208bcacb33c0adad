"""The audit: who did or saw what, and the seals on it."""

from alembic import op
from kim_audit import steps

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    steps.create_audit_1(op)


def downgrade() -> None:
    steps.drop_audit_1(op)
