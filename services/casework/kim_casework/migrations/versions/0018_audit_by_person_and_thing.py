"""The audit by person and by thing."""

from alembic import op
from kim_audit import steps

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    steps.create_audit_4(op)


def downgrade() -> None:
    steps.drop_audit_4(op)
