"""What the tests of „Das war ich nicht“ in each service have in common."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from kim_audit.tables import entries as audit
from kim_runtime.database import Database
from kim_web.web import EXTENSION
from sqlalchemy import MetaData, select
from web.static_html import faults

PAGE = "/eintraege/"


def move(client: FlaskClient, *keys: str, to: str) -> Any:
    return client.post(PAGE, data={"entries": ["", *keys], "to": to})


def offered(client: FlaskClient) -> list[str]:
    """The keys of what the page offers, the newest first."""
    page = client.get(PAGE)
    assert faults(page.text) == []
    return re.findall(r'name="entries" value="([^"]+)"', page.text)


def give_all(client: FlaskClient, of: str, to: str, *own_names: str) -> set[str]:
    """Give everything that is offered away, look that each is in the audit and that `of` is named by nothing more but what stays on
    purpose; the kinds of what was given.
    """
    keys = offered(client)
    assert move(client, *keys, to=to).status_code == 303
    database: Database = client.application.extensions[EXTENSION].database
    with database.read() as session:
        noted = session.execute(select(audit).where(audit.c.action == "entry.move", audit.c.outcome == "done")).all()
    assert {(row.actor_id, row.thing, row.reason) for row in noted} == {(of, key, f"from {of} to {to}") for key in keys}
    left = named(database, {of, *own_names})
    assert not left, left
    assert faults(client.get(PAGE).text) == []
    return {key.partition(":")[0] for key in keys}


def named(database: Database, who: set[str]) -> set[str]:
    """`table.column` of everything that says one of these did it: an id or a name."""
    metadata = MetaData()
    metadata.reflect(database.engine)
    columns = [one for table in metadata.tables.values() for one in table.columns if re.search(r"(^|_)by(_name)?$|^actor$", one.name)]
    with database.read() as session:
        found = {f"{one.table.name}.{one.name}": session.scalars(select(one)).all() for one in columns}
    return {name for name, values in found.items() if any(value in who for value in values if isinstance(value, str))}
