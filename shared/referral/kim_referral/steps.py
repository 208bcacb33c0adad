"""Migration steps of the tables of consent and referral, for the migrations of the services that mount them.

A step is frozen once released: it says in its own words what the tables were then, and imports no model.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

MOMENT = sa.DateTime(timezone=True)


def create_referral_1(op: Any) -> None:
    op.create_table(
        "referral_consent",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("about_kind", sa.String(40), nullable=False),
        sa.Column("about_id", sa.String(64), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("recipients", sa.JSON, nullable=False),
        sa.Column("categories", sa.JSON, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("interpreting", sa.String(20), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("signed", sa.Boolean, nullable=False),
        sa.Column("kept_at", sa.String(200), nullable=False),
        sa.Column("given_by", sa.String(20), nullable=False),
        sa.Column("giver_name", sa.String(200), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.String(20)),
        sa.Column("revoked_how", sa.String(20)),
        sa.Column("revocation_recorded_by", sa.String(64)),
    )
    op.create_index("ix_referral_consent_about_id", "referral_consent", ["about_id"])
    op.create_table(
        "referral_sent",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("number", sa.String(30), nullable=False, unique=True),
        sa.Column("return_code", sa.String(10), nullable=False, unique=True),
        sa.Column("about_kind", sa.String(40), nullable=False),
        sa.Column("about_id", sa.String(64), nullable=False),
        sa.Column("consent_id", sa.String(64)),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("receiver", sa.String(40), nullable=False),
        sa.Column("receiver_mailbox", sa.String(61)),
        sa.Column("receiver_name", sa.String(200), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("categories", sa.JSON, nullable=False),
        *_content(),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("offered_on", sa.Date, nullable=False),
        sa.Column("offered_by", sa.String(64), nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("waiting_list_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_how", sa.String(20)),
        sa.Column("answer_said_by", sa.String(120), nullable=False),
        sa.Column("rejection", sa.String(30)),
        sa.Column("appointment", sa.Date),
        sa.Column("outcome", sa.String(20)),
        sa.Column("completed_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawal_reason", sa.String(30)),
        sa.Column("withdrawal", sa.String(20)),
        sa.Column("withdrawal_answered_at", MOMENT),
        sa.Column("ground", sa.String(30)),
        sa.Column("settled_at", MOMENT),
    )
    for column in ("about_id", "consent_id", "offered_on", "state"):
        op.create_index(f"ix_referral_sent_{column}", "referral_sent", [column])
    op.create_table(
        "referral_number",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "referral_received",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("sender", sa.String(61), nullable=False),
        sa.Column("referral_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("desk", sa.String(120), nullable=False),
        sa.Column("offered_at", MOMENT),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("answer_by", sa.Date),
        sa.Column("consent_given_on", sa.Date),
        sa.Column("consent_valid_to", sa.Date),
        sa.Column("consent_categories", sa.JSON, nullable=False),
        sa.Column("dropped_categories", sa.JSON, nullable=False),
        *_content(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("read_by", sa.String(64)),
        sa.Column("waiting_list_at", MOMENT),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.String(64)),
        sa.Column("rejection", sa.String(30)),
        sa.Column("appointment", sa.Date),
        sa.Column("outcome", sa.String(20)),
        sa.Column("completed_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawal_reason", sa.String(30)),
        sa.Column("withdrawal", sa.String(20)),
        sa.Column("withdrawal_answered_at", MOMENT),
        sa.Column("ground", sa.String(30)),
        sa.Column("erased_at", MOMENT),
        sa.Column("about_kind", sa.String(40)),
        sa.Column("about_id", sa.String(64)),
        sa.UniqueConstraint("sender", "referral_id", name="uq_referral_received_sender"),
    )
    for column in ("received_on", "state"):
        op.create_index(f"ix_referral_received_{column}", "referral_received", [column])


def drop_referral_1(op: Any) -> None:
    for table in ("referral_received", "referral_number", "referral_sent", "referral_consent"):
        op.drop_table(table)


def create_referral_2(op: Any) -> None:
    """Releases from confidentiality, and the age of a young person who consents."""
    op.create_table(
        "referral_release",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("about_kind", sa.String(40), nullable=False),
        sa.Column("about_id", sa.String(64), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("released", sa.Text, nullable=False),
        sa.Column("recipients", sa.JSON, nullable=False),
        sa.Column("subjects", sa.JSON, nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("signed", sa.Boolean, nullable=False),
        sa.Column("kept_at", sa.String(200), nullable=False),
        sa.Column("age", sa.Integer),
        sa.Column("given_by", sa.String(20), nullable=False),
        sa.Column("giver_name", sa.String(200), nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.String(20)),
        sa.Column("revoked_how", sa.String(20)),
        sa.Column("revocation_recorded_by", sa.String(64)),
    )
    op.create_index("ix_referral_release_about_id", "referral_release", ["about_id"])
    op.add_column("referral_consent", sa.Column("age", sa.Integer))


def drop_referral_2(op: Any) -> None:
    op.drop_column("referral_consent", "age")
    op.drop_table("referral_release")


def create_referral_3(op: Any) -> None:
    """Received referrals that are closed to the desk, and what was opened in an emergency."""
    op.create_table(
        "referral_protection",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("received_id", sa.String(64), sa.ForeignKey("referral_received.id"), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64)),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("protected_by", sa.String(64), nullable=False),
        sa.Column("lifted_on", sa.Date),
        sa.Column("lifted_by", sa.String(64)),
        sa.Column("lifted_because", sa.String(500), nullable=False),
    )
    op.create_index("ix_referral_protection_received_id", "referral_protection", ["received_id"])
    op.create_table(
        "referral_emergency",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("received_id", sa.String(64), sa.ForeignKey("referral_received.id"), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
    )
    for column in ("actor", "received_id"):
        op.create_index(f"ix_referral_emergency_{column}", "referral_emergency", [column])


def drop_referral_3(op: Any) -> None:
    for table in ("referral_emergency", "referral_protection"):
        op.drop_table(table)


def create_referral_4(op: Any) -> None:
    """For what a receiver may use it: told, and kept."""
    for table in ("referral_sent", "referral_received"):
        op.add_column(table, sa.Column("purpose", sa.Text))


def drop_referral_4(op: Any) -> None:
    for table in ("referral_received", "referral_sent"):
        op.drop_column(table, "purpose")


def date_offers_1(op: Any) -> None:
    """Offers said before the outbox knew last days get that of their consent."""
    op.execute(
        "UPDATE kim_outbox SET last_day = (SELECT referral_consent.valid_to FROM referral_sent JOIN referral_consent"
        " ON referral_consent.id = referral_sent.consent_id WHERE referral_sent.id = kim_outbox.subject)"
        " WHERE name = 'referral.offered.v1'"
    )


def create_referral_5(op: Any) -> None:
    """When a revocation was written down, beside when it was said."""
    for table in ("referral_consent", "referral_release"):
        op.add_column(table, sa.Column("revocation_recorded_at", MOMENT))
        of = sa.table(table, sa.column("revocation_recorded_at"), sa.column("revoked_at"))
        op.execute(of.update().values(revocation_recorded_at=of.c.revoked_at))


def drop_referral_5(op: Any) -> None:
    for table in ("referral_consent", "referral_release"):
        op.drop_column(table, "revocation_recorded_at")


def _content() -> list[sa.Column[Any]]:
    return [
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(50), nullable=False),
        sa.Column("birth_year", sa.Integer),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("residence_town", sa.String(8), nullable=False),
        sa.Column("persons", sa.Integer),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("health", sa.Text, nullable=False),
    ]
