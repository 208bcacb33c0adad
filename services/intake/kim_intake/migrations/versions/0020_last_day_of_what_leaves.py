"""An event that waits to leave knows after which day it must not."""

from alembic import op
from kim_bus import steps
from kim_referral import steps as referral

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    steps.add_last_day_1(op)
    referral.date_offers_1(op)


def downgrade() -> None:
    steps.drop_last_day_1(op)
