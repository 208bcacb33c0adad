"""Room for secrets of one-time codes that lie closed. `kim-login migrate` closes those that lie open, for which it has the key."""

from alembic import op
from sqlalchemy import String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _resize(64, 200)


def downgrade() -> None:
    """Closed secrets would be too long, and are of no use without their key: whoever has some sets them up anew."""
    op.execute("UPDATE kim_account SET code_secret = NULL, code_used = NULL WHERE length(code_secret) > 64")
    _resize(200, 64)


def _resize(before: int, after: int) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite does not look at the length
        op.alter_column("kim_account", "code_secret", existing_type=String(before), type_=String(after))
