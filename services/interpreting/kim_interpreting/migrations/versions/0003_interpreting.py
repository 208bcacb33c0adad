"""Pots and their movements, orders and their log, interpreters, invoices, re-assignments, and the cases heard of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "known_cases",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "order_series",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "pots",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("period_from", sa.Date, nullable=False),
        sa.Column("period_to", sa.Date, nullable=False),
        sa.Column("tariff", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("granted", sa.BigInteger, nullable=False),
        sa.Column("reassigned", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False),
        sa.Column("committed", sa.BigInteger, nullable=False),
        sa.Column("invoiced", sa.BigInteger, nullable=False),
        sa.Column("paid", sa.BigInteger, nullable=False),
        sa.CheckConstraint("granted + reassigned - returned - committed - invoiced - paid >= 0", name="ck_pots_never_below_zero"),
        sa.CheckConstraint("granted >= 0 and returned >= 0 and committed >= 0 and invoiced >= 0 and paid >= 0", name="ck_pots_sums"),
        sa.CheckConstraint("period_from <= period_to", name="ck_pots_period"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "providers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("qualification", sa.String(20), nullable=False),
        sa.Column("languages", sa.String(300), nullable=False),
        sa.Column("small_business", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("requester_mailbox", sa.String(60)),
        sa.Column("requester_ref", sa.String(300)),
        sa.Column("requester_number", sa.String(30), nullable=False),
        sa.Column("requester_kind", sa.String(20), nullable=False),
        sa.Column("requester_town", sa.String(64), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("case_number", sa.String(20)),
        sa.Column("job_kind", sa.String(30), nullable=False),
        sa.Column("occasion", sa.String(30), nullable=False),
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
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("difficult", sa.Boolean, nullable=False),
        sa.Column("small_business", sa.Boolean, nullable=False),
        sa.Column("entered_by", sa.String(64)),
        sa.Column("wait_until", sa.Date),
        sa.Column("pot_id", sa.String(64)),
        sa.Column("fitting_pot_id", sa.String(64)),
        sa.Column("reason", sa.String(60)),
        sa.Column("expected", sa.BigInteger),
        sa.Column("committed", sa.BigInteger, nullable=False),
        sa.Column("actual", sa.BigInteger),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("provider_id", sa.String(64)),
        sa.Column("offered_language", sa.String(64)),
        sa.Column("conflict_note", sa.String(500), nullable=False),
        sa.Column("withdrawal_asked", sa.Boolean, nullable=False),
        sa.Column("done_on", sa.Date),
        sa.Column("done_minutes", sa.Integer),
        sa.Column("done_keystrokes", sa.Integer),
        sa.CheckConstraint("committed >= 0", name="ck_orders_committed"),
        sa.ForeignKeyConstraint(["fitting_pot_id"], ["pots.id"]),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("requester_mailbox", "requester_ref", name="uq_orders_requester_mailbox"),
    )
    op.create_index("ix_orders_case_number", "orders", ["case_number"])
    op.create_index("ix_orders_pot_id", "orders", ["pot_id"])
    op.create_index("ix_orders_provider_id", "orders", ["provider_id"])
    op.create_index("ix_orders_state", "orders", ["state"])
    op.create_table(
        "pot_rules",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("pot_id", sa.String(64), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("job_kinds", sa.String(300), nullable=False),
        sa.Column("case_link_required", sa.Boolean, nullable=False),
        sa.Column("legal_consequence_excluded", sa.Boolean, nullable=False),
        sa.Column("subsidiary", sa.Boolean, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pot_id", "valid_from", name="uq_pot_rules_pot_id"),
    )
    op.create_table(
        "pot_warnings",
        sa.Column("pot_id", sa.String(64), nullable=False),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"]),
        sa.PrimaryKeyConstraint("pot_id", "percent"),
    )
    op.create_table(
        "reassignments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("from_pot_id", sa.String(64), nullable=False),
        sa.Column("to_pot_id", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_by_name", sa.String(200), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.String(64)),
        sa.Column("confirmed_by_name", sa.String(200), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.CheckConstraint("amount > 0", name="ck_reassignments_amount"),
        sa.CheckConstraint("from_pot_id <> to_pot_id", name="ck_reassignments_two_pots"),
        sa.ForeignKeyConstraint(["from_pot_id"], ["pots.id"]),
        sa.ForeignKeyConstraint(["to_pot_id"], ["pots.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("gross", sa.BigInteger, nullable=False),
        sa.Column("by_tariff", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("excess_reason", sa.String(500), nullable=False),
        sa.Column("excess_confirmed_by", sa.String(64)),
        sa.Column("confirmed_by", sa.String(64)),
        sa.Column("confirmed_by_name", sa.String(200), nullable=False),
        sa.Column("confirmed_reason", sa.String(500), nullable=False),
        sa.Column("paid_by", sa.String(64)),
        sa.Column("paid_by_name", sa.String(200), nullable=False),
        sa.Column("returned_reason", sa.String(500), nullable=False),
        sa.Column("paid_on", sa.Date),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("provider_id", "number", name="uq_invoices_provider_id"),
    )
    op.create_index("ix_invoices_order_id", "invoices", ["order_id"])
    op.create_table(
        "order_steps",
        sa.Column("serial", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index("ix_order_steps_order_id", "order_steps", ["order_id"])
    op.create_table(
        "movements",
        sa.Column("serial", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("pot_id", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("order_id", sa.String(64)),
        sa.Column("invoice_id", sa.String(64)),
        sa.Column("reassignment_id", sa.String(64)),
        sa.Column("document", sa.String(200), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("granted", sa.BigInteger, nullable=False),
        sa.Column("reassigned", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False),
        sa.Column("committed", sa.BigInteger, nullable=False),
        sa.Column("invoiced", sa.BigInteger, nullable=False),
        sa.Column("paid", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"]),
        sa.ForeignKeyConstraint(["pot_id"], ["pots.id"]),
        sa.ForeignKeyConstraint(["reassignment_id"], ["reassignments.id"]),
        sa.PrimaryKeyConstraint("serial"),
    )
    op.create_index("ix_movements_order_id", "movements", ["order_id"])
    op.create_index("ix_movements_pot_id", "movements", ["pot_id"])


def downgrade() -> None:
    for table in (
        "movements",
        "order_steps",
        "invoices",
        "reassignments",
        "pot_warnings",
        "pot_rules",
        "orders",
        "providers",
        "pots",
        "order_series",
        "known_cases",
    ):
        op.drop_table(table)
