"""Teams of the house, and who is in which."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("name", name="uq_teams_name"),
    )
    op.create_table(
        "team_members",
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("member", name="pk_team_members"),
        sa.ForeignKeyConstraint(["member"], ["staff.id"], name="fk_team_members_member"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_team_members_team_id"),
    )
    op.create_index("ix_team_members_team_id", "team_members", ["team_id"])


def downgrade() -> None:
    for table in ("team_members", "teams"):
        op.drop_table(table)
