"""Where the provider itself reaches a service, if not where people do."""

from alembic import op
from sqlalchemy import Column, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("kim_client", Column("internal", String(200)))


def downgrade() -> None:
    op.drop_column("kim_client", "internal")
