"""Verification: walk the chain from its beginning and say the first thing that is not as it was sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Engine, Row, Select, String, func, select, type_coerce
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kim_audit.cutting import CUT, cut_to
from kim_audit.sealing import BEGINNING, digest_of
from kim_audit.tables import anchor, entries, seals

SHORTEST_HEAD = 16  # of a digest's 64 signs: so many are written down by hand
YOUNGEST = timedelta(days=365)
AT_ONCE = 2_000  # rows in memory
A_MOMENT = "-".join(("[0-9]" * 4, "[0-9]" * 2, f"{'[0-9]' * 2} {':'.join(['[0-9]' * 2] * 3)}.{'[0-9]' * 6}"))  # as SQLAlchemy writes it
# A row is sealed within a minute of its writing. Between what it says and its seal lie long transactions, a courier that stood still (then
# no other seal came between), and a clock that was put right by some minutes.
SLACK = timedelta(hours=1)


FAULTS: Final[Mapping[str, str]] = {
    "cut_unsaid": "the beginning was cut off up to seal {number}, and no row says so: not by the rules of retention",
    "cut_early": "the beginning was cut off up to seal {number} of {at} UTC, before its time",
    "seal_missing": "seal {number} is missing: it was removed, perhaps with its rows",
    "seal_apart": "seal {number} does not follow the seal before it: one of the two was changed",
    "removed": "seal {number} of {at} UTC covers {sealed} rows and {there} are there (serials {serials}): a row was removed",
    "inserted": "seal {number} of {at} UTC covers {sealed} rows and {there} are there (serials {serials}): a row was inserted",
    "changed": "seal {number} of {at} UTC, or one of the {there} rows under it (serials {serials}), was changed",
    "misdated": "seal {number} of {at} UTC covers a row that says {said} UTC (serial {serials}), which another seal would have "
    "covered: a row was inserted for another day, or the machine's clock was set wrongly",
    "backwards": "seal {number} says {at} UTC, an earlier moment than the seals before it ({since} UTC): it was inserted to cover rows of "
    "another day, or the machine's clock was set wrongly",
    "unreadable": "a row (serials {serials}) or a seal cannot be read as it was written: it was changed",
    "astray": "rows lie under seal {number}, which is not there (serials {serials}): a row was inserted, or the chain's end was cut off",
    "head_short": "{given} signs of the digest that was written down are too few to find it: at least {least} are needed",
    "head_lost": "the digest that was written down is not in the chain: it was written down wrongly, or the chain's end was cut off, or "
    "all of it was made anew",
    "head_lost_or_old": "the digest that was written down is not in the chain: it was written down wrongly, or the chain's end was cut "
    "off, or all of it was made anew; or it is older than {at} UTC, where the chain begins since",
}


class Fault(str):
    """What is not as it was sealed, and where, in English; a page says it in its own words by `code` (of FAULTS) and `said`."""

    code: str
    said: Mapping[str, Any]

    @classmethod
    def found(cls, code: str, **said: Any) -> Fault:
        fault = cls(FAULTS[code].format(**{name: _plain(value) for name, value in said.items()}))
        fault.code, fault.said = code, said
        return fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `fault` says the first thing that is not as it was sealed (a `Fault`); empty: nothing."""

    rows: int
    seals: int
    unsealed: int
    head: str
    fault: Fault | str = ""
    cut_rows: int = 0  # that went, being over their time
    cut_to: datetime | None = None  # up to here


def verify(session: Session, head: str = "") -> Verdict:
    """Walk the chain from its beginning. `head`: the digest of some seal, written down elsewhere, which must still be in it.

    Its first SHORTEST_HEAD signs do; fewer are never found. What is sealed meanwhile is not looked at.
    """
    with _as_it_stands(session) as still:
        try:
            return _walk(still, head.strip().lower())
        except (TypeError, ValueError, OperationalError) as error:  # SQLite keeps any bytes in any column
            if isinstance(error, OperationalError) and "decode" not in str(error.orig):
                raise  # it is the database that fails, not what stands in it
            return Verdict(0, 0, 0, "", Fault.found("unreadable", serials=_span()))


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
    since: datetime | None = begins.at if begins is not None else None
    count, number = 0, first - 1
    fault: Fault | str = _written_otherwise(session) or (_fault_of_the_cut(session, begins) if begins is not None else "")
    long_enough = len(head) >= SHORTEST_HEAD
    seen = long_enough and before.startswith(head)
    rows_of = _rows_by_seal(session)
    for number, one in () if fault else enumerate(_streamed(session, select(seals).order_by(seals.c.number)), first):
        rows = rows_of(one.number)
        count += len(rows)
        fault = _fault(one, number, before, rows) or _misdated(one, since, rows)
        if fault:
            break
        before, since = one.digest, max(since or one.at, one.at)
        seen = seen or (long_enough and before.startswith(head))
    unsealed = session.execute(select(func.count()).where(entries.c.seal.is_(None))).scalar_one()
    if not fault:
        known = select(seals.c.number)
        astray = session.execute(select(func.min(entries.c.seal)).where(entries.c.seal.is_not(None), entries.c.seal.not_in(known))).scalar()
        if astray is not None:
            under = session.execute(select(func.min(entries.c.serial), func.max(entries.c.serial)).where(entries.c.seal == astray)).one()
            fault = Fault.found("astray", number=astray, serials=_span(*under))
        elif head and not long_enough:
            fault = Fault.found("head_short", given=len(head), least=SHORTEST_HEAD)
        elif head and not seen:
            fault = Fault.found("head_lost") if begins is None else Fault.found("head_lost_or_old", at=begins.at)
    gone = {} if begins is None else {"cut_rows": begins.rows, "cut_to": begins.at}
    return Verdict(count, number - first + 1, unsealed, before, fault, **gone)


def _written_otherwise(session: Session) -> Fault | str:
    """SQLite finds days by how they are written, and reads `2026-W48-3` as one too: so written, a row is in no search for its day."""
    if session.get_bind().dialect.name != "sqlite":
        return ""
    day = type_coerce(entries.c.at, String)
    serial = session.execute(select(func.min(entries.c.serial)).where(func.glob(A_MOMENT, day) == 0)).scalar()
    return "" if serial is None else Fault.found("unreadable", serials=_span(serial))


def _fault_of_the_cut(session: Session, begins: Row[Any]) -> Fault | str:
    """Whoever cuts off the beginning by the rules says so in the audit, and not before a year is over."""
    said = select(entries.c.at).where(entries.c.action == CUT, entries.c.thing == cut_to(begins.number, begins.digest))
    when = session.execute(said.order_by(entries.c.serial).limit(1)).scalar()
    if when is None:
        return Fault.found("cut_unsaid", number=begins.number)
    if when - begins.at < YOUNGEST:
        return Fault.found("cut_early", number=begins.number, at=begins.at)
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


def _fault(one: Row[Any], expected: int, before: str, rows: list[Row[Any]]) -> Fault | str:
    if one.number != expected:
        return Fault.found("seal_missing", number=expected)
    if one.before != before:
        return Fault.found("seal_apart", number=one.number)
    there = {"number": one.number, "at": one.at, "there": len(rows), "serials": _span(*((rows[0].serial, rows[-1].serial) if rows else ()))}
    if len(rows) != one.rows:
        return Fault.found("removed" if len(rows) < one.rows else "inserted", sealed=one.rows, **there)
    if digest_of(before, one.number, one.at, rows) != one.digest:
        return Fault.found("changed", **there)
    return ""


def _misdated(one: Row[Any], since: datetime | None, rows: list[Row[Any]]) -> Fault | str:
    """Seals follow each other in time and rows come to the next seal, also those of somebody who may insert both: nothing can be put
    between what was of another day.
    """
    if since is not None and one.at < since - SLACK:
        return Fault.found("backwards", number=one.number, at=one.at, since=since)
    for row in rows:
        if (since is not None and row.at < since - SLACK) or row.at > one.at + SLACK:
            return Fault.found("misdated", number=one.number, at=one.at, said=row.at, serials=_span(row.serial))
    return ""


def _span(*serials: int) -> str:
    """Between which serials of rows one has to look: `12–48`."""
    return "–".join(str(one) for one in dict.fromkeys(serials)) or "–"


def _plain(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
