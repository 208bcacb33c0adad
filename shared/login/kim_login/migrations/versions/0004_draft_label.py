"""Drafts that were kept by a button, under the name of their page."""

from alembic import op
from kim_web import steps

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    steps.create_draft_label_1(op)


def downgrade() -> None:
    steps.drop_draft_label_1(op)
