"""Employers, posts, grants, people, contracts, occupancies, assurances, hearings and alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "employer",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("council", sa.String(20), nullable=False),
        sa.Column("share_step", sa.Integer, nullable=False),
    )
    op.create_table(
        "funding_grant",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("baustein", sa.Integer, nullable=False),
        sa.Column("notice_dated", sa.Date),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_to", sa.Date, nullable=False),
        sa.Column("fte", sa.Integer, nullable=False),
        sa.Column("rate", sa.BigInteger, nullable=False),
        sa.Column("vacancy_rule", sa.String(20), nullable=False),
        sa.Column("rule_source", sa.Text, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("staff", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        sa.Column("baustein", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("fte", sa.Integer, nullable=False),
        sa.Column("municipality", sa.String(8), nullable=False),
        sa.Column("workplace", sa.String(40), nullable=False),
        sa.Column("transferred_from", sa.String(80), nullable=False),
    )
    op.create_table(
        "closing_days",
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), primary_key=True),
        sa.Column("first", sa.Date, primary_key=True),
        sa.Column("last", sa.Date, nullable=False),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(64), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), nullable=False),
        sa.Column("previous_id", sa.String(64), sa.ForeignKey("contract.id")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("prognosis", sa.Text, nullable=False),
        sa.Column("prognosis_by", sa.String(80), nullable=False),
        sa.Column("drafted_on", sa.Date, nullable=False),
        sa.Column("employer_signed_on", sa.Date),
        sa.Column("employee_signed_on", sa.Date),
        sa.Column("original_received_on", sa.Date),
        sa.Column("original_received_by", sa.String(80), nullable=False),
        sa.Column("completed_on", sa.Date),
        sa.Column("worked_since", MOMENT),
        sa.Column("frozen_at", MOMENT),
        sa.Column("letter_made_on", sa.Date),
        sa.Column("letter_handed_over_on", sa.Date),
    )
    op.create_index("ix_contract_ends_on", "contract", ["ends_on"])
    op.create_index("ix_contract_person_id", "contract", ["person_id"])
    op.create_index("ix_contract_previous_id", "contract", ["previous_id"])
    op.create_index("ix_contract_state", "contract", ["state"])
    op.create_table(
        "council_hearing",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), nullable=False),
        sa.Column("body", sa.String(20), nullable=False),
        sa.Column("sent_on", sa.Date, nullable=False),
        sa.Column("ground_told", sa.String(40), nullable=False),
        sa.Column("money_told", sa.String(20), nullable=False),
        sa.Column("answer", sa.String(10)),
        sa.Column("answered_on", sa.Date),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "earlier_employment",
        sa.Column("person_id", sa.String(64), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("employer", sa.String(40), primary_key=True),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("ended_on", sa.Date),
    )
    op.create_table(
        "employer_name",
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), primary_key=True),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("text", sa.String(200), nullable=False),
    )
    op.create_table(
        "employer_office",
        sa.Column("office", sa.String(40), primary_key=True),
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), nullable=False),
    )
    op.create_index("ix_employer_office_employer_id", "employer_office", ["employer_id"])
    op.create_table(
        "funding_assurance",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id"), nullable=False),
        sa.Column("period_from", sa.Date),
        sa.Column("period_to", sa.Date),
        sa.Column("covers_fte", sa.Integer),
        sa.Column("baustein", sa.Integer),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("recorded_on", sa.Date, nullable=False),
    )
    op.create_table(
        "funding_line",
        sa.Column("grant_id", sa.String(64), sa.ForeignKey("funding_grant.id"), primary_key=True),
        sa.Column("post_id", sa.String(64), sa.ForeignKey("post.id"), primary_key=True),
        sa.Column("share", sa.Integer, nullable=False),
    )
    op.create_table(
        "occupancy",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("post_id", sa.String(64), sa.ForeignKey("post.id"), nullable=False),
        sa.Column("person_id", sa.String(64), sa.ForeignKey("person.id")),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.Column("presence", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_occupancy_person_id", "occupancy", ["person_id"])
    op.create_index("ix_occupancy_post_id", "occupancy", ["post_id"])
    op.create_table(
        "post_decision",
        sa.Column("post_id", sa.String(64), sa.ForeignKey("post.id"), primary_key=True),
        sa.Column("decided_on", sa.Date, primary_key=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("employer_id", sa.String(40), sa.ForeignKey("employer.id")),
        sa.Column("starts_on", sa.Date),
        sa.Column("ends_on", sa.Date),
    )
    op.create_table(
        "alarm",
        sa.Column("contract_id", sa.String(64), sa.ForeignKey("contract.id"), primary_key=True),
        sa.Column("raised_on", sa.Date, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("raised_to", sa.JSON, nullable=False),
    )
    op.create_table(
        "contract_addition",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contract_id", sa.String(64), sa.ForeignKey("contract.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_contract_addition_contract_id", "contract_addition", ["contract_id"])
    op.create_table(
        "end_date_change",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contract_id", sa.String(64), sa.ForeignKey("contract.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("old_end", sa.Date, nullable=False),
        sa.Column("new_end", sa.Date, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_end_date_change_contract_id", "end_date_change", ["contract_id"])
    op.create_table(
        "hearing_contract",
        sa.Column("hearing_id", sa.String(64), sa.ForeignKey("council_hearing.id"), primary_key=True),
        sa.Column("contract_id", sa.String(64), sa.ForeignKey("contract.id"), primary_key=True),
    )
    op.create_index("ix_hearing_contract_contract_id", "hearing_contract", ["contract_id"])


def downgrade() -> None:
    for table in (
        "hearing_contract",
        "end_date_change",
        "contract_addition",
        "alarm",
        "post_decision",
        "occupancy",
        "funding_line",
        "funding_assurance",
        "employer_office",
        "employer_name",
        "earlier_employment",
        "council_hearing",
        "contract",
        "closing_days",
        "post",
        "person",
        "funding_grant",
        "employer",
    ):
        op.drop_table(table)
