"""Retention (Aufbewahrung): what is over its time goes from the beginning of the chain, whole seals at a time, and the chain still holds.

The anchor remembers the digest of the last seal that went, so that the next still follows something; and the cut is itself a row of the
audit, sealed like any other: a beginning that was cut off by hand is found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kim_audit.record import record
from kim_audit.sealing import be_alone
from kim_audit.tables import anchor, entries, seals

CUT = "audit.cut"
SEALS_AT_ONCE, ROWS_AT_ONCE = 200, 5_000


def cut(session: Session, now: datetime, years: int, actor_id: str) -> int:
    """Let go of one batch of what is older than so many years. Returns how many rows went; 0: nothing is over its time.

    A seal is as old as its moment: its rows are older still. What is not sealed never goes.
    """
    be_alone(session)
    old: list[Row[Any]] = []
    rows = 0
    for one in session.execute(select(seals).order_by(seals.c.number).limit(SEALS_AT_ONCE)):
        if one.at >= years_before(now, years) or (old and rows + one.rows > ROWS_AT_ONCE):
            break
        old.append(one)
        rows += one.rows
    if not old:
        return 0
    last = old[-1]
    before = session.execute(select(func.coalesce(func.sum(anchor.c.rows), 0))).scalar_one()
    moved = {"number": last.number, "at": last.at, "digest": last.digest, "rows": int(before) + rows, "cut_at": now}
    if session.execute(update(anchor).values(moved)).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(insert(anchor), moved)
    record(session, at=now, actor_id=actor_id, roles=("service",), action=CUT, outcome="done", thing=cut_to(last.number, last.digest))
    session.execute(delete(entries).where(entries.c.seal <= last.number))
    session.execute(delete(seals).where(seals.c.number <= last.number))
    return rows


def cut_to(number: int, digest: str) -> str:
    """How the audit's own row calls the last seal that went."""
    return f"seal:{number}:{digest}"


def years_before(now: datetime, years: int) -> datetime:
    """The same day so many years ago; 29 February becomes the 28th."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
