"""For what a receiver may use a referral."""

from alembic import op
from kim_referral import steps

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    steps.create_referral_4(op)


def downgrade() -> None:
    steps.drop_referral_4(op)
