"""Records of people that are closed to the desk, and what was opened in an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "client_protection",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("protected_by", sa.String(64), nullable=False),
        sa.Column("lifted_on", sa.Date()),
        sa.Column("lifted_by", sa.String(64)),
        sa.Column("lifted_because", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client_protection"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_protection_client_id"),
    )
    op.create_index("ix_client_protection_client_id", "client_protection", ["client_id"])
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(36), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_access"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_emergency_access_client_id"),
    )
    op.create_index("ix_emergency_access_actor", "emergency_access", ["actor"])
    op.create_index("ix_emergency_access_client_id", "emergency_access", ["client_id"])


def downgrade() -> None:
    for table in ("emergency_access", "client_protection"):
        op.drop_table(table)
