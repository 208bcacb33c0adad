"""Sites, consultations, hand-overs, clients and proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("municipality", sa.String(8), nullable=False),
    )
    op.create_table(
        "site_body",
        sa.Column("site_id", sa.String(64), sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("desks", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "body_day",
        sa.Column("site_id", sa.String(64), sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("phone", sa.String(50), nullable=False),
        sa.Column("phone_key", sa.String(8), nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("languages", sa.String(400), nullable=False),
        sa.Column("town", sa.String(8)),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("consent_given_on", sa.Date),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("last_contact", sa.Date, nullable=False),
        sa.UniqueConstraint("code", name="uq_client_code"),
    )
    op.create_index("ix_client_name_key", "client", ["name_key"])
    op.create_index("ix_client_phone_key", "client", ["phone_key"])
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("site_id", sa.String(64), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("service", sa.String(30), nullable=False),
        sa.Column("desk", sa.Integer),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("persons_present", sa.Integer, nullable=False),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("town", sa.String(8)),
        sa.Column("postcode", sa.String(5)),
        sa.Column("interpreter", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("concern", sa.String(200), nullable=False),
        sa.Column("source", sa.String(5), nullable=False),
        sa.Column("client_id", sa.String(36), sa.ForeignKey("client.id")),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_consultation_site_day", "consultation", ["site_id", "day"])
    op.create_index("ix_consultation_day_service", "consultation", ["day", "service"])
    op.create_index("ix_consultation_client_id", "consultation", ["client_id"])
    op.create_table(
        "consultation_topic",
        sa.Column("consultation_id", sa.String(36), sa.ForeignKey("consultation.id"), primary_key=True),
        sa.Column("topic", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "consultation_language",
        sa.Column("consultation_id", sa.String(36), sa.ForeignKey("consultation.id"), primary_key=True),
        sa.Column("language", sa.String(10), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "consultation_correction",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("consultation_id", sa.String(36), sa.ForeignKey("consultation.id"), nullable=False),
        sa.Column("field", sa.String(30), nullable=False),
        sa.Column("old_value", sa.String(400), nullable=False),
        sa.Column("new_value", sa.String(400), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("corrected_at", MOMENT, nullable=False),
        sa.Column("corrected_by", sa.String(64), nullable=False),
    )
    op.create_index("ix_consultation_correction_consultation_id", "consultation_correction", ["consultation_id"])
    op.create_table(
        "hand_over",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("consultation_id", sa.String(36), sa.ForeignKey("consultation.id"), nullable=False),
        sa.Column("site_id", sa.String(64), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("from_service", sa.String(30), nullable=False),
        sa.Column("to_body", sa.String(64), nullable=False),
        sa.Column("to_organisation", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("handed_over_at", MOMENT, nullable=False),
        sa.Column("handed_over_by", sa.String(64), nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("children", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("town", sa.String(8)),
        sa.Column("postcode", sa.String(5)),
        sa.Column("languages", sa.String(400), nullable=False),
        sa.Column("topics", sa.String(400), nullable=False),
        sa.Column("client_id", sa.String(36), sa.ForeignKey("client.id")),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.String(64)),
        sa.Column("told_by", sa.String(80), nullable=False),
        sa.Column("taken_consultation_id", sa.String(36), sa.ForeignKey("consultation.id")),
    )
    op.create_index("ix_hand_over_site_state", "hand_over", ["site_id", "state"])
    op.create_index("ix_hand_over_day", "hand_over", ["day"])
    op.create_index("ix_hand_over_consultation_id", "hand_over", ["consultation_id"])
    op.create_table(
        "admission_proposal",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(36), sa.ForeignKey("client.id"), nullable=False),
        sa.Column("site_id", sa.String(64), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("consent_given_on", sa.Date, nullable=False),
        sa.Column("need", sa.String(2000), nullable=False),
        sa.Column("topics", sa.String(400), nullable=False),
        sa.Column("follow_ups", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("case_number", sa.String(20)),
        sa.Column("decline_reason", sa.String(30)),
    )
    for column in ("client_id", "day", "state"):
        op.create_index(f"ix_admission_proposal_{column}", "admission_proposal", [column])


def downgrade() -> None:
    for table in (
        "admission_proposal", "hand_over", "consultation_correction", "consultation_language", "consultation_topic", "consultation",
        "client", "body_day", "site_body", "site",
    ):  # fmt: skip
        op.drop_table(table)
