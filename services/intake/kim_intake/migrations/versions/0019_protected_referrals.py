"""Received referrals that are closed to the desk."""

from alembic import op
from kim_referral import steps

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    steps.create_referral_3(op)


def downgrade() -> None:
    steps.drop_referral_3(op)
