"""The provider's tables, and those of who is signed in at it."""

from alembic import op
from kim_web import steps
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, String, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    steps.create_sign_in_1(op)
    op.create_table(
        "kim_account",
        Column("id", String(64), primary_key=True),
        Column("login", String(80), nullable=False, unique=True),
        Column("name", String(200), nullable=False),
        Column("roles", JSON, nullable=False),
        Column("sites", JSON, nullable=False),
        Column("staff", String(80)),
        Column("password_hash", String(200), nullable=False),
        Column("must_change", Boolean, nullable=False),
        Column("code_secret", String(64)),
        Column("code_used", Integer),
        Column("rescue_hashes", JSON, nullable=False),
        Column("disabled", Boolean, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "kim_client",
        Column("id", String(120), primary_key=True),
        Column("secret_hash", String(64), nullable=False),
        Column("base", String(200), nullable=False),
        Column("roles", JSON, nullable=False),
    )
    op.create_table(
        "kim_code",
        Column("code_hash", String(64), primary_key=True),
        Column("client_id", String(120), nullable=False),
        Column("account_id", String(64), nullable=False),
        Column("session_id", String(64), nullable=False),
        Column("redirect_uri", Text, nullable=False),
        Column("scope", String(200), nullable=False),
        Column("nonce", String(200), nullable=False),
        Column("challenge", String(200), nullable=False),
        Column("auth_time", Integer, nullable=False),
        Column("ends_at", Integer, nullable=False),
    )
    op.create_table(
        "kim_reached",
        Column("session_id", String(64), primary_key=True),
        Column("client_id", String(120), primary_key=True),
        Column("account_id", String(64), nullable=False),
    )
    op.create_table(
        "kim_attempt",
        Column("key_hash", String(64), primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("last_at", Float, nullable=False),
        Column("not_before", Float, nullable=False),
    )


def downgrade() -> None:
    for table in ("kim_attempt", "kim_reached", "kim_code", "kim_client", "kim_account"):
        op.drop_table(table)
    steps.drop_sign_in_1(op)
