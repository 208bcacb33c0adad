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


# Since the second step the beginning may be cut off (Aufbewahrung): whole seals up to the one the anchor names, which is moved first and
# never back. It takes nothing that is younger than a year.
CUT_SQLITE = (
    "DROP TRIGGER kim_audit_stays",
    "DROP TRIGGER kim_audit_seal_stays",
    """CREATE TRIGGER kim_audit_stays BEFORE DELETE ON kim_audit
        WHEN OLD.seal IS NULL OR NOT EXISTS (SELECT 1 FROM kim_audit_anchor WHERE number >= OLD.seal)
        BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END""",
    """CREATE TRIGGER kim_audit_seal_stays BEFORE DELETE ON kim_audit_seal
        WHEN NOT EXISTS (SELECT 1 FROM kim_audit_anchor WHERE number >= OLD.number) BEGIN SELECT RAISE(ABORT, 'a seal stays'); END""",
    """CREATE TRIGGER kim_audit_anchor_begins BEFORE INSERT ON kim_audit_anchor
        WHEN EXISTS (SELECT 1 FROM kim_audit_anchor) OR NOT EXISTS (
            SELECT 1 FROM kim_audit_seal WHERE number = NEW.number AND digest = NEW.digest AND at = NEW.at
            AND at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 year'))
        BEGIN SELECT RAISE(ABORT, 'the anchor only moves on'); END""",
    """CREATE TRIGGER kim_audit_anchor_moves BEFORE UPDATE ON kim_audit_anchor
        WHEN NEW.number <= OLD.number OR NOT EXISTS (
            SELECT 1 FROM kim_audit_seal WHERE number = NEW.number AND digest = NEW.digest AND at = NEW.at
            AND at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 year'))
        BEGIN SELECT RAISE(ABORT, 'the anchor only moves on'); END""",
    "CREATE TRIGGER kim_audit_anchor_stays BEFORE DELETE ON kim_audit_anchor BEGIN SELECT RAISE(ABORT, 'the anchor only moves on'); END",
)
CUT_POSTGRESQL = (
    "DROP TRIGGER kim_audit_stays ON kim_audit",
    "DROP TRIGGER kim_audit_seal_is_kept ON kim_audit_seal",
    """CREATE FUNCTION kim_audit_row_goes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.seal IS NULL OR NOT EXISTS (SELECT 1 FROM kim_audit_anchor WHERE number >= OLD.seal) THEN
            RAISE EXCEPTION 'the audit is only added to';
        END IF;
        RETURN OLD; END $$""",
    """CREATE FUNCTION kim_audit_seal_goes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM kim_audit_anchor WHERE number >= OLD.number) THEN RAISE EXCEPTION 'a seal stays'; END IF;
        RETURN OLD; END $$""",
    """CREATE FUNCTION kim_audit_anchor_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM kim_audit_seal WHERE number = NEW.number AND digest = NEW.digest AND at = NEW.at
            AND at < now() - interval '1 year') THEN RAISE EXCEPTION 'the anchor only moves on'; END IF;
        IF TG_OP = 'UPDATE' THEN
            IF NEW.number <= OLD.number THEN RAISE EXCEPTION 'the anchor only moves on'; END IF;
        ELSIF EXISTS (SELECT 1 FROM kim_audit_anchor) THEN
            RAISE EXCEPTION 'the anchor only moves on';
        END IF;
        RETURN NEW; END $$""",
    "CREATE TRIGGER kim_audit_stays BEFORE DELETE ON kim_audit FOR EACH ROW EXECUTE FUNCTION kim_audit_row_goes()",
    "CREATE TRIGGER kim_audit_seal_stays BEFORE DELETE ON kim_audit_seal FOR EACH ROW EXECUTE FUNCTION kim_audit_seal_goes()",
    "CREATE TRIGGER kim_audit_seal_is_kept BEFORE UPDATE ON kim_audit_seal FOR EACH ROW EXECUTE FUNCTION kim_audit_refuse()",
    """CREATE TRIGGER kim_audit_anchor_moves BEFORE INSERT OR UPDATE ON kim_audit_anchor FOR EACH ROW
        EXECUTE FUNCTION kim_audit_anchor_moves()""",
    "CREATE TRIGGER kim_audit_anchor_stays BEFORE DELETE ON kim_audit_anchor FOR EACH ROW EXECUTE FUNCTION kim_audit_refuse()",
    "CREATE TRIGGER kim_audit_anchor_is_emptied BEFORE TRUNCATE ON kim_audit_anchor EXECUTE FUNCTION kim_audit_refuse()",
)
UNCUT_POSTGRESQL = (
    "DROP TRIGGER kim_audit_stays ON kim_audit",
    "DROP TRIGGER kim_audit_seal_stays ON kim_audit_seal",
    "DROP TRIGGER kim_audit_seal_is_kept ON kim_audit_seal",
    "DROP FUNCTION kim_audit_row_goes()",
    "DROP FUNCTION kim_audit_seal_goes()",
    "DROP FUNCTION kim_audit_anchor_moves()",
)


def create_audit_2(op: Operations) -> None:
    moment = DateTime(timezone=True)
    op.create_table(
        "kim_audit_anchor",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", moment, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("rows", BigInteger, nullable=False),
        Column("cut_at", moment, nullable=False),
    )
    for statement in CUT_SQLITE if op.get_bind().dialect.name == "sqlite" else CUT_POSTGRESQL:
        op.execute(statement)


def drop_audit_2(op: Operations) -> None:
    op.drop_table("kim_audit_anchor")
    statements: tuple[str, ...]
    if op.get_bind().dialect.name == "sqlite":
        statements = ("DROP TRIGGER kim_audit_stays", "DROP TRIGGER kim_audit_seal_stays", SQLITE[0], SQLITE[4])
    else:
        statements = (*UNCUT_POSTGRESQL, POSTGRESQL[1], POSTGRESQL[6])
    for statement in statements:
        op.execute(statement)


def create_audit_3(op: Operations) -> None:
    """Days are found by an index; on PostgreSQL nothing is written to the table while it is made."""
    op.create_index("kim_audit_by_time", "kim_audit", ["at", "serial"])


def drop_audit_3(op: Operations) -> None:
    op.drop_index("kim_audit_by_time", "kim_audit")


def create_audit_4(op: Operations) -> None:
    """What a person did, or what happened to a thing, is found by an index whatever the day; on PostgreSQL nothing is written meanwhile."""
    op.create_index("kim_audit_by_actor", "kim_audit", ["actor_id", "at", "serial"])
    op.create_index("kim_audit_by_thing", "kim_audit", ["thing", "at", "serial"])


def drop_audit_4(op: Operations) -> None:
    op.drop_index("kim_audit_by_thing", "kim_audit")
    op.drop_index("kim_audit_by_actor", "kim_audit")


def create_audit_5(op: Operations) -> None:
    """An action or an outcome that is rare is found by an index whatever the day; on PostgreSQL nothing is written meanwhile."""
    op.create_index("kim_audit_by_action", "kim_audit", ["action", "at", "serial"])
    op.create_index("kim_audit_by_outcome", "kim_audit", ["outcome", "at", "serial"])


def drop_audit_5(op: Operations) -> None:
    op.drop_index("kim_audit_by_outcome", "kim_audit")
    op.drop_index("kim_audit_by_action", "kim_audit")
