"""Verification: walk the chain from its beginning and say the first thing that is not as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select
from sqlalchemy.orm import Session

from kim_audit.cutting import CUT, cut_to
from kim_audit.sealing import BEGINNING, digest_of
from kim_audit.tables import anchor, entries, seals

SHORTEST_HEAD = 16  # of a digest's 64 signs: so many are written down by hand
YOUNGEST = timedelta(days=365)
AT_ONCE = 2_000  # rows in memory


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `fault` says the first thing that is not as it was sealed; empty: nothing."""

    rows: int
    seals: int
    unsealed: int
    head: str
    fault: str = ""
    cut_rows: int = 0  # that went, being over their time
    cut_to: datetime | None = None  # up to here


def verify(session: Session, head: str = "") -> Verdict:
    """Walk the chain from its beginning. `head`: the digest of some seal, written down elsewhere, which must still be in it.

    Its first SHORTEST_HEAD signs do; fewer are never found. What is sealed meanwhile is not looked at.
    """
    with _as_it_stands(session) as still:
        return _walk(still, head.strip().lower())


@contextmanager
def _as_it_stands(session: Session) -> Iterator[Session]:
    """All statements see one moment. On SQLite those of a reading session do; PostgreSQL has to be asked for it."""
    engine = session.get_bind()
    if engine.dialect.name == "sqlite" or not isinstance(engine, Engine):
        yield session
        return
    with Session(engine.execution_options(isolation_level="REPEATABLE READ")) as still:
        yield still


def _walk(session: Session, head: str) -> Verdict:
    begins = session.execute(select(anchor)).first()
    first, before = (begins.number + 1, begins.digest) if begins is not None else (1, BEGINNING)
    count, number = 0, first - 1
    fault = _fault_of_the_cut(session, begins) if begins is not None else ""
    long_enough = len(head) >= SHORTEST_HEAD
    seen = long_enough and before.startswith(head)
    rows_of = _rows_by_seal(session)
    for number, one in () if fault else enumerate(_streamed(session, select(seals).order_by(seals.c.number)), first):
        rows = rows_of(one.number)
        count += len(rows)
        fault = _fault(one, number, before, rows)
        if fault:
            break
        before = one.digest
        seen = seen or (long_enough and before.startswith(head))
    unsealed = session.execute(select(func.count()).where(entries.c.seal.is_(None))).scalar_one()
    if not fault:
        known = select(seals.c.number)
        astray = session.execute(select(func.min(entries.c.seal)).where(entries.c.seal.is_not(None), entries.c.seal.not_in(known))).scalar()
        if astray is not None:
            fault = f"rows lie under seal {astray}, which is not there: a row was inserted, or the end of the chain was cut off"
        elif head and not seen:
            fault = "the digest that was written down is not in the chain: its end was cut off, or all of it was made anew"
            fault += f"; or it is older than {begins.at:%Y-%m-%d}, where the chain begins since" if begins is not None else ""
    gone = {} if begins is None else {"cut_rows": begins.rows, "cut_to": begins.at}
    return Verdict(count, number - first + 1, unsealed, before, fault, **gone)


def _fault_of_the_cut(session: Session, begins: Row[Any]) -> str:
    """Whoever cuts off the beginning by the rules says so in the audit, and not before a year is over."""
    said = select(entries.c.at).where(entries.c.action == CUT, entries.c.thing == cut_to(begins.number, begins.digest))
    when = session.execute(said.order_by(entries.c.serial).limit(1)).scalar()
    if when is None:
        return f"the beginning was cut off up to seal {begins.number}, and no row says so: not by the rules of retention"
    if when - begins.at < YOUNGEST:
        return f"the beginning was cut off up to seal {begins.number} of {begins.at:%Y-%m-%d}, before its time"
    return ""


def _rows_by_seal(session: Session) -> Any:
    """Ask for seals in rising order: each time their rows. Those under seals nobody asks for are passed over."""
    sealed = select(entries).where(entries.c.seal.is_not(None)).order_by(entries.c.seal, entries.c.serial)
    groups = groupby(_streamed(session, sealed), key=lambda row: row.seal)
    waiting = next(groups, None)
    held: tuple[int, list[Row[Any]]] | None = None

    def rows_of(number: int) -> list[Row[Any]]:
        nonlocal waiting, held
        while held is None or held[0] < number:
            if waiting is None:
                return []
            held = (waiting[0], list(waiting[1]))
            waiting = next(groups, None)
        return held[1] if held[0] == number else []

    return rows_of


def _streamed(session: Session, wanted: Select[Any]) -> Iterator[Row[Any]]:
    return iter(session.execute(wanted, execution_options={"yield_per": AT_ONCE}))


def _fault(one: Row[Any], expected: int, before: str, rows: list[Row[Any]]) -> str:
    if one.number != expected:
        return f"seal {expected} is missing"
    if one.before != before:
        return f"seal {one.number} does not follow the seal before it"
    if len(rows) != one.rows:
        what = "removed" if len(rows) < one.rows else "inserted"
        return f"seal {one.number} of {one.at:%Y-%m-%d %H:%M} UTC covers {one.rows} rows and {len(rows)} are there: a row was {what}"
    if digest_of(before, one.number, one.at, rows) != one.digest:
        return f"seal {one.number} of {one.at:%Y-%m-%d %H:%M} UTC, or a row under it, was changed"
    return ""
