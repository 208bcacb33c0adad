"""A first step may be done anew, and the one before no longer counts; a step whose person is asked waits for the answer."""

from alembic import op
from sqlalchemy import Column, DateTime

revision = "0015"
down_revision = "0014"
ASKED = "UPDATE entered SET doubt = 'asked' WHERE doubt = '' AND id IN (SELECT thing_id FROM kim_moved_entry WHERE state = 'told')"


def upgrade() -> None:
    op.add_column("entered", Column("taken_back_at", DateTime(timezone=True)))
    op.execute(ASKED)


def downgrade() -> None:
    op.execute("UPDATE entered SET doubt = '' WHERE doubt = 'asked'")
    op.drop_column("entered", "taken_back_at")
