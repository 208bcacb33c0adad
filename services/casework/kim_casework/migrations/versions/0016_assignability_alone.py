"""Of a contract casework knows who may be given cases, from when, until when: neither the kind of post nor the share."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(sa.text("delete from assignability_told where role <> 'case_management'"))  # they may be given no cases
    op.drop_column("assignability_told", "role")
    op.drop_column("assignability_told", "share")


def downgrade() -> None:
    op.add_column("assignability_told", sa.Column("role", sa.String(40), nullable=False, server_default="case_management"))
    op.add_column("assignability_told", sa.Column("share", sa.Integer, nullable=False, server_default="100"))
