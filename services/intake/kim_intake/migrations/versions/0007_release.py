"""Releases from confidentiality."""

from alembic import op
from kim_referral import steps

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    steps.create_referral_2(op)


def downgrade() -> None:
    steps.drop_referral_2(op)
