"""Cases, proposals, contact notes, orders, staff, sites and the counts of consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "assignability_told",
        sa.Column("source", sa.String(64)),
        sa.Column("subject", sa.String(64)),
        sa.Column("version", sa.Integer, autoincrement=False),
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", "version", name="pk_assignability_told"),
    )
    op.create_index("ix_assignability_told_staff", "assignability_told", ["staff"])
    op.create_table(
        "consultation_tallies",
        sa.Column("site", sa.String(64)),
        sa.Column("day", sa.Date),
        sa.Column("service", sa.String(40)),
        sa.Column("kind", sa.String(40)),
        sa.Column("consultations", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("site", "day", "service", "kind", name="pk_consultation_tallies"),
    )
    op.create_table(
        "number_series",
        sa.Column("kind", sa.String(40)),
        sa.Column("year", sa.Integer, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_number_series"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(64)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("consent_given_on", sa.Date, nullable=False),
        sa.Column("follow_ups", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(50), nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("town", sa.String(64)),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("need", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])
    op.create_table(
        "sites",
        sa.Column("id", sa.String(64)),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("municipality", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(64)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("manages_cases", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("reference", name="uq_staff_reference"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(64)),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("responsible", sa.String(64), sa.ForeignKey("staff.id", name="fk_cases_responsible"), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("agreement_on", sa.Date, nullable=False),
        sa.Column("criteria", sa.JSON, nullable=False),
        sa.Column("reasoning", sa.Text, nullable=False),
        sa.Column("need", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("town", sa.String(64), nullable=False),
        sa.Column("proposal_id", sa.String(64), sa.ForeignKey("proposals.id", name="fk_cases_proposal_id")),
        sa.Column("referral_id", sa.String(64)),
        sa.Column("closed_on", sa.Date),
        sa.Column("closing_reason", sa.String(40)),
        sa.Column("handed_over_to", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("proposal_id", name="uq_cases_proposal_id"),
        sa.UniqueConstraint("referral_id", name="uq_cases_referral_id"),
    )
    op.create_index("ix_cases_responsible", "cases", ["responsible"])
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(64)),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_assignments_case_id"), nullable=False),
        sa.Column("member", sa.String(64), sa.ForeignKey("staff.id", name="fk_assignments_member"), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date),
        sa.Column("assigned_by", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_case_id_role", "assignments", ["case_id", "role"])
    op.create_index("ix_assignments_member", "assignments", ["member"])
    op.create_table(
        "case_changes",
        sa.Column("id", sa.String(64)),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_case_changes_case_id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("change", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("responsible", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_changes"),
        sa.UniqueConstraint("case_id", "version", name="uq_case_changes_case_id_version"),
    )
    op.create_index("ix_case_changes_case_id", "case_changes", ["case_id"])
    op.create_index("ix_case_changes_day", "case_changes", ["day"])
    op.create_table(
        "orders",
        sa.Column("id", sa.String(64)),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_orders_case_id")),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("sent_to", sa.String(64), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("requester_town", sa.String(64), nullable=False),
        sa.Column("job_kind", sa.String(40), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("service_date", sa.Date, nullable=False),
        sa.Column("starts_at", MOMENT),
        sa.Column("minutes", sa.Integer),
        sa.Column("keystrokes", sa.Integer),
        sa.Column("editable", sa.Boolean, nullable=False),
        sa.Column("decides_something", sa.Boolean, nullable=False),
        sa.Column("public_room", sa.Boolean, nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("other_payers_ruled_out", sa.Boolean, nullable=False),
        sa.Column("pot", sa.String(64)),
        sa.Column("pot_name", sa.String(200)),
        sa.Column("reason", sa.String(60)),
        sa.Column("fitting_pot", sa.String(64)),
        sa.Column("fitting_pot_name", sa.String(200)),
        sa.Column("expected", sa.BigInteger),
        sa.Column("actual", sa.BigInteger),
        sa.Column("answer_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("number", name="uq_orders_number"),
    )
    op.create_index("ix_orders_case_id", "orders", ["case_id"])
    op.create_index("ix_orders_requested_by", "orders", ["requested_by"])
    op.create_index("ix_orders_service_date", "orders", ["service_date"])
    op.create_index("ix_orders_state", "orders", ["state"])
    op.create_table(
        "persons",
        sa.Column("id", sa.String(64)),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_persons_case_id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("phone", sa.String(50), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("needs_interpreter", sa.Boolean, nullable=False),
        sa.Column("added_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_index("ix_persons_case_id", "persons", ["case_id"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(64)),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_contacts_case_id"), nullable=False),
        sa.Column("about", sa.String(64), sa.ForeignKey("persons.id", name="fk_contacts_about"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("counterpart", sa.String(40), nullable=False),
        sa.Column("counterpart_name", sa.String(120), nullable=False),
        sa.Column("present", sa.JSON, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("follow_up", sa.Boolean, nullable=False),
        sa.Column("noted_by", sa.String(64), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_case_id", "contacts", ["case_id"])
    op.create_index("ix_contacts_day", "contacts", ["day"])
    op.create_index("ix_contacts_noted_by", "contacts", ["noted_by"])
    op.create_table(
        "order_changes",
        sa.Column("id", sa.String(64)),
        sa.Column("order_id", sa.String(64), sa.ForeignKey("orders.id", name="fk_order_changes_order_id"), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_changes"),
        sa.UniqueConstraint("order_id", "serial", name="uq_order_changes_order_id_serial"),
    )
    op.create_index("ix_order_changes_day", "order_changes", ["day"])
    op.create_index("ix_order_changes_order_id", "order_changes", ["order_id"])
    op.create_table(
        "next_steps",
        sa.Column("id", sa.String(64)),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("cases.id", name="fk_next_steps_case_id"), nullable=False),
        sa.Column("contact_id", sa.String(64), sa.ForeignKey("contacts.id", name="fk_next_steps_contact_id")),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("office", sa.String(120), nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("done_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_next_steps"),
    )
    op.create_index("ix_next_steps_case_id", "next_steps", ["case_id"])
    op.create_index("ix_next_steps_done_on", "next_steps", ["done_on"])


def downgrade() -> None:
    for table in (
        "next_steps",
        "order_changes",
        "contacts",
        "persons",
        "orders",
        "case_changes",
        "assignments",
        "cases",
        "staff",
        "sites",
        "proposals",
        "number_series",
        "consultation_tallies",
        "assignability_told",
    ):
        op.drop_table(table)
