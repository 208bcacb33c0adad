"""Migration steps of the audit's tables, frozen: each says what it does in its own words and is never changed again."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import JSON, BigInteger, Column, DateTime, Integer, String, text

# A row may be put under a seal, once, and nothing else may happen to it.
WORDS = ("serial", "at", "actor_id", "roles", "action", "thing", "outcome", "reason", "correlation_id")
CHANGED = " OR ".join(f"NEW.{word} <> OLD.{word}" for word in WORDS)
CHANGED_AS_TEXT = CHANGED.replace("NEW.roles <> OLD.roles", "NEW.roles::text <> OLD.roles::text")
SQLITE = (
    "CREATE TRIGGER kim_audit_stays BEFORE DELETE ON kim_audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    f"""CREATE TRIGGER kim_audit_is_kept BEFORE UPDATE ON kim_audit WHEN OLD.seal IS NOT NULL OR NEW.seal IS NULL OR {CHANGED}
        BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END""",
    # REPLACE deletes without asking the triggers of a deletion.
    """CREATE TRIGGER kim_audit_begins BEFORE INSERT ON kim_audit
        WHEN NEW.seal IS NOT NULL OR EXISTS (SELECT 1 FROM kim_audit WHERE serial = NEW.serial)
        BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END""",
    """CREATE TRIGGER kim_audit_seal_begins BEFORE INSERT ON kim_audit_seal
        WHEN EXISTS (SELECT 1 FROM kim_audit_seal WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'a seal stays'); END""",
    "CREATE TRIGGER kim_audit_seal_stays BEFORE DELETE ON kim_audit_seal BEGIN SELECT RAISE(ABORT, 'a seal stays'); END",
    "CREATE TRIGGER kim_audit_seal_is_kept BEFORE UPDATE ON kim_audit_seal BEGIN SELECT RAISE(ABORT, 'a seal stays'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION kim_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$",
    "CREATE TRIGGER kim_audit_stays BEFORE DELETE ON kim_audit FOR EACH ROW EXECUTE FUNCTION kim_audit_refuse()",
    "CREATE TRIGGER kim_audit_is_emptied BEFORE TRUNCATE ON kim_audit EXECUTE FUNCTION kim_audit_refuse()",
    f"""CREATE TRIGGER kim_audit_is_kept BEFORE UPDATE ON kim_audit FOR EACH ROW
        WHEN (OLD.seal IS NOT NULL OR NEW.seal IS NULL OR {CHANGED_AS_TEXT}) EXECUTE FUNCTION kim_audit_refuse()""",
    """CREATE TRIGGER kim_audit_begins BEFORE INSERT ON kim_audit FOR EACH ROW WHEN (NEW.seal IS NOT NULL)
        EXECUTE FUNCTION kim_audit_refuse()""",
    "CREATE TRIGGER kim_audit_seal_is_emptied BEFORE TRUNCATE ON kim_audit_seal EXECUTE FUNCTION kim_audit_refuse()",
    "CREATE TRIGGER kim_audit_seal_is_kept BEFORE UPDATE OR DELETE ON kim_audit_seal FOR EACH ROW EXECUTE FUNCTION kim_audit_refuse()",
)


def create_audit_1(op: Operations) -> None:
    moment = DateTime(timezone=True)
    op.create_table(
        "kim_audit",
        Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
        Column("at", moment, nullable=False),
        Column("actor_id", String(200), nullable=False),
        Column("roles", JSON, nullable=False),
        Column("action", String(80), nullable=False),
        Column("thing", String(200), nullable=False),
        Column("outcome", String(20), nullable=False),
        Column("reason", String(500), nullable=False),
        Column("correlation_id", String(64), nullable=False),
        Column("seal", Integer),
    )
    unsealed = text("seal IS NULL")
    op.create_index("kim_audit_unsealed", "kim_audit", ["serial"], postgresql_where=unsealed, sqlite_where=unsealed)
    op.create_index("kim_audit_by_seal", "kim_audit", ["seal"])
    op.create_table(
        "kim_audit_seal",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", moment, nullable=False),
        Column("rows", Integer, nullable=False),
        Column("before", String(64), nullable=False),
        Column("digest", String(64), nullable=False),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def drop_audit_1(op: Operations) -> None:
    op.drop_table("kim_audit_seal")
    op.drop_table("kim_audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kim_audit_refuse()")
