"""For what a receiver may use a referral."""

from alembic import op
from kim_referral import steps

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    steps.create_referral_4(op)


def downgrade() -> None:
    steps.drop_referral_4(op)
