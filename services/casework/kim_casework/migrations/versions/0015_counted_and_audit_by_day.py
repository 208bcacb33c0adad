"""What is counted by the minute in all processes, and the audit by day."""

from alembic import op
from kim_audit import steps as audit
from kim_web import steps

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    steps.create_counted_1(op)
    audit.create_audit_3(op)


def downgrade() -> None:
    audit.drop_audit_3(op)
    steps.drop_counted_1(op)
