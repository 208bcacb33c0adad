"""The tables of consent and referral."""

from alembic import op
from kim_referral import steps

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    steps.create_referral_1(op)


def downgrade() -> None:
    steps.drop_referral_1(op)
