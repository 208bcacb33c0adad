"""Prüfung: who did or saw what, for whoever checks it. Ids and codes, as they were written; looking at it is itself written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, request
from kim_audit.tables import entries
from kim_audit.verifying import verify
from kim_runtime.clock import BERLIN
from kim_web.language import mark
from kim_web.page import Pages, render, see
from sqlalchemy import Row, Select, select

pages = Pages("audit", __name__, url_prefix="/pruefung")
AT_ONCE = 200
MOST_IN_A_FILE = 100_000
OUTCOMES = {
    "done": mark("getan"),
    "seen": mark("angesehen"),
    "denied": mark("verweigert"),
    "signed_in": mark("angemeldet"),
    "signed_out": mark("abgemeldet"),
    "sign_in_refused": mark("Anmeldung verweigert"),
}
COLUMNS = ("serial", "at", "actor_id", "roles", "action", "thing", "outcome", "reason", "correlation_id", "seal")


@pages.get("/")
@pages.guard("audit.read")
def show() -> str:
    with see() as (session, _act):
        rows = session.execute(_wanted().limit(AT_ONCE + 1)).all()
        return render(
            "audit/show.html",
            rows=rows[:AT_ONCE],
            following=rows[AT_ONCE - 1].serial if len(rows) > AT_ONCE else None,
            asked=request.args,
            outcomes=OUTCOMES,
            verdict=verify(session) if "kette" in request.args else None,
        )


@pages.get("/protokoll.csv")
@pages.guard("audit.read")
def export() -> Response:
    with see() as (session, _act):
        rows = session.execute(_wanted().limit(MOST_IN_A_FILE)).all()
    headers = {"Content-Disposition": "attachment; filename=protokoll.csv"}
    return Response(table(rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def table(rows: Sequence[Row[Any]]) -> str:
    """The rows as a spreadsheet reads them; nothing in it is taken for a formula (ASVS 1.2.10)."""
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";")
    sheet.writerow(COLUMNS)
    for row in rows:
        sheet.writerow([plain(getattr(row, column)) for column in COLUMNS])
    return written.getvalue()


def plain(value: object) -> str:
    text = ", ".join(value) if isinstance(value, list) else value.isoformat() if isinstance(value, datetime) else str(value or "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _wanted() -> Select[Any]:
    """What was asked for, the newest first. A day that is none asks for nothing in particular."""
    wanted = select(entries).order_by(entries.c.serial.desc())
    if day := _day(request.args.get("tag", "")):
        begins = datetime.combine(day, time(), BERLIN)
        wanted = wanted.where(entries.c.at >= begins, entries.c.at < begins + timedelta(days=1))
    for name, column in (("wer", entries.c.actor_id), ("was", entries.c.action), ("woran", entries.c.thing)):
        if asked := request.args.get(name, "").strip():
            wanted = wanted.where(column == asked)
    if request.args.get("ausgang") in OUTCOMES:
        wanted = wanted.where(entries.c.outcome == request.args["ausgang"])
    if (before := request.args.get("vor", "")).isdecimal() and len(before) < 19:
        wanted = wanted.where(entries.c.serial < int(before))
    return wanted


def _day(typed: str) -> date | None:
    try:
        return datetime.strptime(typed.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
