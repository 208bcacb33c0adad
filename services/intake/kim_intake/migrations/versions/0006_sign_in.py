"""The tables of those who are signed in, and of the keys of programs."""

from alembic import op
from kim_web import steps

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    steps.create_sign_in_1(op)


def downgrade() -> None:
    steps.drop_sign_in_1(op)
