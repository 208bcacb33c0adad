"""An action and an outcome are found in the audit by an index."""

from alembic import op
from kim_audit import steps

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    steps.create_audit_5(op)


def downgrade() -> None:
    steps.drop_audit_5(op)
