"""Who entered what the rows do not say of, and when a revocation was written down."""

from alembic import op
from kim_referral import steps as referral
from kim_runtime import steps

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    steps.create_entered_1(op)
    referral.create_referral_5(op)


def downgrade() -> None:
    referral.drop_referral_5(op)
    steps.drop_entered_1(op)
