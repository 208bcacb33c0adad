"""Names and telephone numbers typed into every form and command, and where they must not show, whoever typed them where.

In an answer: its headers. Of the whole attack: what was logged, the metrics, and the audit but for reasons, which people type for auditors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kim_audit.tables import entries
from kim_web.security import HEADERS
from sqlalchemy import inspect, select
from suite.marks import CLIENT, FREE, PHONE, found_in
from werkzeug.test import TestResponse

from abuse.stage import Target

KIND = "name"
VALUES = (CLIENT, FREE, PHONE, f"{CLIENT.replace(' ', '-')}1937")
FIXED = frozenset({*(name.lower() for name in HEADERS), "content-security-policy", "x-correlation-id"})
TYPED_FOR_AUDITORS = "reason"


def in_headers(answer: TestResponse) -> list[str]:
    """The headers of an answer that say one."""
    return sorted({name for name, value in answer.headers if name.lower() not in FIXED and found_in(value)})


def in_logs(lines: Iterable[str]) -> list[str]:
    """The lines of a log that say one, shortened."""
    return [line[:300] for line in lines if found_in(line)]


def kept(target: Target) -> Iterator[str]:
    """Where an application shows one to who runs it, or who looks after what is done in it."""
    if any(found_in(line) for line in target.app.test_client().get("/metrics").text.splitlines()):
        yield "the metrics"
    if target.database is None or not inspect(target.database.engine).has_table(entries.name):
        return
    columns = [column for column in entries.c if column.name != TYPED_FOR_AUDITORS]
    with target.database.read() as session:
        for row in session.execute(select(*columns)).mappings():
            yield from (f"the audit's {name} of {row['action']}" for name, value in row.items() if found_in(str(value)))
