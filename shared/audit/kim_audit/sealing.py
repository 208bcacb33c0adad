"""The chain: what is not sealed yet goes under the next seal, whose digest covers its rows and the digest before.

A row committed late is found like any other: sealing takes what has no seal, not what comes after a remembered place. Who seals is alone:
two couriers by mistake seal one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.orm import Session

from kim_audit.tables import anchor, entries, seals

BEGINNING = "0" * 64
MOST = 5_000  # rows under one seal


def seal(session: Session, now: datetime) -> int:
    """Put what lies open under seals, at most MOST rows under each. Returns how many rows. `now` is real time."""
    be_alone(session)
    rows = sealed = _seal(session, now)
    while sealed == MOST:
        sealed = _seal(session, now)
        rows += sealed
    return rows


def be_alone(session: Session) -> None:
    """Until the transaction ends nobody else seals; rows are written meanwhile. On SQLite who writes is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE kim_audit_seal IN SHARE ROW EXCLUSIVE MODE"))


def _seal(session: Session, now: datetime) -> int:
    open_rows = session.execute(select(entries).where(entries.c.seal.is_(None)).order_by(entries.c.serial).limit(MOST)).all()
    if not open_rows:
        return 0
    last, before = newest(session)
    number = last + 1
    digest = digest_of(before, number, now, open_rows)
    session.execute(seals.insert(), {"number": number, "at": now, "rows": len(open_rows), "before": before, "digest": digest})
    session.execute(update(entries).where(entries.c.serial.in_([row.serial for row in open_rows])).values(seal=number))
    return len(open_rows)


def newest(session: Session) -> tuple[int, str]:
    """Number and digest of the newest seal; of the last one that was cut off where none is left; 0 and BEGINNING before the first."""
    for table in (seals, anchor):
        last = session.execute(select(table.c.number, table.c.digest).order_by(table.c.number.desc()).limit(1)).first()
        if last is not None:
            return last.number, last.digest
    return 0, BEGINNING


def digest_of(before: str, number: int, at: datetime, rows: Iterable[Row[Any]]) -> str:
    """Over the digest before, the seal's number and moment, and each row as its exact words, one a line: nothing can move from one
    column or row into the next.
    """
    digest = sha256(_line(before, number, _moment(at)))
    for row in rows:
        digest.update(
            _line(
                row.serial, _moment(row.at), row.actor_id, row.roles, row.action, row.thing, row.outcome, row.reason, row.correlation_id
            )
        )  # fmt: skip
    return digest.hexdigest()


def _line(*said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
