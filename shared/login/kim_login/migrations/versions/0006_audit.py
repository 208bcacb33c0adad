"""The audit: who came in, who was refused, what was changed, and the seals on it."""

from alembic import op
from kim_audit import steps

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    steps.create_audit_1(op)
    steps.create_audit_2(op)


def downgrade() -> None:
    steps.drop_audit_2(op)
    steps.drop_audit_1(op)
