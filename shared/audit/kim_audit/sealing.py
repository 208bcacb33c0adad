"""The chain: what is not sealed yet goes under the next seal, whose digest covers its rows and the digest before.

A row committed late is found like any other: sealing takes what has no seal, not what comes after a remembered place. Two couriers by
mistake seal nothing twice: the number of a seal is a primary key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from kim_audit.tables import entries, seals

BEGINNING = "0" * 64
SHORTEST_HEAD = 16  # of a digest's 64 signs: so many are written down by hand
MOST = 5_000  # rows under one seal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `fault` says the first thing that is not as it was sealed; empty: nothing."""

    rows: int
    seals: int
    unsealed: int
    head: str
    fault: str = ""


def seal(session: Session, now: datetime) -> int:
    """Put what lies open under seals, at most MOST rows under each. Returns how many rows."""
    rows = sealed = _seal(session, now)
    while sealed == MOST:
        sealed = _seal(session, now)
        rows += sealed
    return rows


def _seal(session: Session, now: datetime) -> int:
    open_rows = session.execute(
        select(entries).where(entries.c.seal.is_(None)).order_by(entries.c.serial).limit(MOST).with_for_update()
    ).all()
    if not open_rows:
        return 0
    last = session.execute(select(seals).order_by(seals.c.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.digest) if last is not None else (1, BEGINNING)
    session.execute(
        seals.insert(), {"number": number, "at": now, "rows": len(open_rows), "before": before, "digest": digest_of(before, open_rows)}
    )
    session.execute(update(entries).where(entries.c.serial.in_([row.serial for row in open_rows])).values(seal=number))
    return len(open_rows)


def verify(session: Session, head: str = "") -> Verdict:
    """Walk the chain from its beginning. `head`: the digest of some seal, written down elsewhere, which must still be in it.

    Its first SHORTEST_HEAD signs do; fewer are never found.
    """
    before, count, number, seen = BEGINNING, 0, 0, set()
    fault = ""
    for number, one in enumerate(session.execute(select(seals).order_by(seals.c.number)).all(), 1):
        rows = session.execute(select(entries).where(entries.c.seal == one.number).order_by(entries.c.serial)).all()
        count += len(rows)
        fault = _fault(one, number, before, rows)
        if fault:
            break
        before = one.digest
        seen.add(one.digest)
    unsealed = session.execute(select(func.count()).where(entries.c.seal.is_(None))).scalar_one()
    if not fault:
        known = select(seals.c.number)
        astray = session.execute(select(func.min(entries.c.seal)).where(entries.c.seal.is_not(None), entries.c.seal.not_in(known))).scalar()
        if astray is not None:
            fault = f"rows lie under seal {astray}, which is not there: a row was inserted, or the end of the chain was cut off"
        elif head and not any(digest.startswith(head) for digest in seen if len(head) >= SHORTEST_HEAD):
            fault = "the digest that was written down is not in the chain: its end was cut off, or all of it was made anew"
    return Verdict(count, number, unsealed, before, fault)


def digest_of(before: str, rows: Iterable[Row[Any]]) -> str:
    digest = sha256(before.encode())
    for part in _parts(rows):
        digest.update(part)
    return digest.hexdigest()


def _parts(rows: Iterable[Row[Any]]) -> Iterator[bytes]:
    """Each row as its exact words, one a line: nothing can move from one column or row into the next."""
    for row in rows:
        said = [
            row.serial, row.at.astimezone(UTC).isoformat(), row.actor_id, row.roles, row.action, row.thing, row.outcome, row.reason,
            row.correlation_id,
        ]  # fmt: skip
        yield json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _fault(one: Row[Any], expected: int, before: str, rows: list[Row[Any]] | Any) -> str:
    if one.number != expected:
        return f"seal {expected} is missing"
    if one.before != before:
        return f"seal {one.number} does not follow the seal before it"
    if len(rows) != one.rows:
        what = "removed" if len(rows) < one.rows else "inserted"
        return f"seal {one.number} of {one.at:%Y-%m-%d %H:%M} UTC covers {one.rows} rows and {len(rows)} are there: a row was {what}"
    if digest_of(before, rows) != one.digest:
        return f"a row under seal {one.number} of {one.at:%Y-%m-%d %H:%M} UTC was changed"
    return ""
