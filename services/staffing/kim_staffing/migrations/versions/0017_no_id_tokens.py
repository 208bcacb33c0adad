"""Sessions without the ID token they came with: none is sent back to the provider any more."""

from alembic import op
from kim_web import steps

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    steps.drop_id_token_1(op)


def downgrade() -> None:
    steps.create_id_token_1(op)
