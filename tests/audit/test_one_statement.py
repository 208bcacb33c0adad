"""What the audit adds to an act."""

from datetime import UTC, datetime

import pytest
from kim_audit.record import record
from kim_audit.tables import metadata
from kim_runtime.database import Database
from servers.postgres import fresh_database
from sqlalchemy.event import listen


@pytest.mark.postgres
def test_a_row_costs_the_act_one_statement_more(postgres_url: str) -> None:
    statements: list[str] = []
    with fresh_database(postgres_url) as url:
        database = Database(url)
        metadata.create_all(database.engine)
        listen(database.engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_rest: statements.append(statement))
        with database.write() as session:
            record(session, at=datetime.now(UTC), actor_id="a-1", roles=["auditor"], action="audit.read", outcome="seen")
        database.close()
    assert [statement.split()[:3] for statement in statements] == [["INSERT", "INTO", "kim_audit"]]
