"""Covers for some days, protected cases, and what was opened in an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "covers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("absent", sa.String(64), nullable=False),
        sa.Column("cover", sa.String(64), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("with_protected", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("ended_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_covers"),
        sa.ForeignKeyConstraint(["absent"], ["staff.id"], name="fk_covers_absent"),
        sa.ForeignKeyConstraint(["cover"], ["staff.id"], name="fk_covers_cover"),
    )
    op.create_index("ix_covers_absent", "covers", ["absent"])
    op.create_index("ix_covers_cover", "covers", ["cover"])
    op.create_table(
        "case_protections",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("protected_by", sa.String(64), nullable=False),
        sa.Column("lifted_on", sa.Date()),
        sa.Column("lifted_by", sa.String(64)),
        sa.Column("lifted_because", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_protections"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_protections_case_id"),
        sa.ForeignKeyConstraint(["subject"], ["staff.id"], name="fk_case_protections_subject"),
    )
    op.create_index("ix_case_protections_case_id", "case_protections", ["case_id"])
    op.create_table(
        "emergency_accesses",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_accesses"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_emergency_accesses_case_id"),
    )
    op.create_index("ix_emergency_accesses_actor", "emergency_accesses", ["actor"])
    op.create_index("ix_emergency_accesses_case_id", "emergency_accesses", ["case_id"])


def downgrade() -> None:
    for table in ("emergency_accesses", "case_protections", "covers"):
        op.drop_table(table)
