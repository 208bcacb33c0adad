"""Prüfung: who did or saw what, for whoever checks it. Ids and codes, as they were written; looking at it is itself written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, request
from kim_audit.verifying import Fault, verify
from kim_web import formats
from kim_web.audit import BY_KEY
from kim_web.costly import costly
from kim_web.language import _, mark
from kim_web.page import Form, Pages, asked, render, see
from kim_web.web import this_web
from sqlalchemy import Row

from kim_service.audit_search import AuditSearch, AuditSearchSchema, serial_of, things_meant

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
FAULTS = {
    "cut_unsaid": mark("Der Anfang bis Siegel {number} ist abgeschnitten, und keine Zeile sagt es: nicht durch die Aufbewahrungsfrist."),
    "cut_early": mark("Der Anfang bis Siegel {number} vom {at} ist vor seiner Zeit abgeschnitten."),
    "seal_missing": mark("Siegel {number} fehlt: Es wurde entfernt, vielleicht mit seinen Zeilen."),
    "seal_apart": mark("Siegel {number} folgt nicht auf das davor: Eines der beiden wurde geändert."),
    "removed": mark("Siegel {number} vom {at} deckt {sealed} Zeilen, und {there} sind da (serial {serials}): Eine Zeile wurde entfernt."),
    "inserted": mark("Siegel {number} vom {at} deckt {sealed} Zeilen, und {there} sind da (serial {serials}): Eine Zeile wurde eingefügt."),
    "changed": mark("Siegel {number} vom {at} oder eine der {there} Zeilen darunter (serial {serials}) wurde geändert."),
    "misdated": mark(
        "Unter Siegel {number} vom {at} liegt eine Zeile mit der Zeit {said} (serial {serials}), die ein anderes Siegel gedeckt hätte: "
        "Eine Zeile wurde für einen anderen Tag eingefügt, oder die Uhr des Rechners war falsch gestellt."
    ),
    "backwards": mark(
        "Siegel {number} hat die Zeit {at}, früher als die Siegel davor ({since}): Es wurde eingefügt, um Zeilen für einen anderen Tag zu "
        "decken, oder die Uhr des Rechners war falsch gestellt."
    ),
    "unreadable": mark("Eine Zeile (serial {serials}) oder ein Siegel ist nicht lesbar, wie es geschrieben wurde: Es wurde geändert."),
    "astray": mark(
        "Unter Siegel {number}, das es nicht gibt, liegen Zeilen (serial {serials}): Eine Zeile wurde eingefügt, oder das Ende "
        "der Kette ist abgeschnitten."
    ),
    "head_short": mark("{given} Zeichen des notierten Stands sind zu wenig, um ihn zu finden: mindestens {least} sind nötig."),
    "head_lost": mark(
        "Der notierte Stand ist nicht in der Kette: Er ist falsch notiert, oder ihr Ende ist abgeschnitten, oder sie ist ganz neu gemacht."
    ),
    "head_lost_or_old": mark(
        "Der notierte Stand ist nicht in der Kette: Er ist falsch notiert, oder ihr Ende ist abgeschnitten, oder sie ist ganz neu gemacht; "
        "oder er ist älter als {at}, wo die Kette seitdem beginnt."
    ),
}
COLUMNS = ("serial", "at", "actor_id", "roles", "action", "thing", "outcome", "reason", "correlation_id", "seal")


@pages.get("/")
@pages.post("/")
@pages.guard("audit.read")
def show() -> str | tuple[str, int]:
    """The page asks by sending: a colleague's sign-in name stands in no address."""
    form = asked(AuditSearchSchema)
    search = _search(form)
    with costly() if "kette" in request.args else nullcontext(), see() as (session, _act):
        rows = session.execute(search.rows(things_meant(session, search.thing)).limit(AT_ONCE + 1)).all() if search else []
        verdict = verify(session, request.args.get("stand", "")) if "kette" in request.args else None
        page = render(
            "audit/show.html",
            form=form,
            rows=rows[:AT_ONCE],
            following=rows[AT_ONCE - 1].serial if len(rows) > AT_ONCE else None,
            asked={name: value for name, value in form.values.items() if value},
            outcomes=OUTCOMES,
            actions=[(action, _(words)) for action, words in sorted(this_web().doors.action_words.items())],
            most=MOST_IN_A_FILE,
            because=_because,
            head=request.args.get("stand", ""),
            verdict=verdict,
            fault=_in_words(verdict.fault) if verdict else "",
        )
    return page if search else (page, 422)


@pages.get("/protokoll.csv")
@pages.post("/protokoll.csv")
@pages.guard("audit.read")
def export() -> Response | tuple[str, int]:
    """The rows that were asked for, at most MOST_IN_A_FILE; where it ends before them, its name and its last row say so."""
    form = asked(AuditSearchSchema)
    search = _search(form)
    if search is None:
        return show()  # type: ignore[return-value]  # the form again, with what is wrong
    with costly(), see() as (session, _act):
        rows = session.execute(search.rows(things_meant(session, search.thing)).limit(MOST_IN_A_FILE + 1)).all()
    is_cut = len(rows) > MOST_IN_A_FILE
    name = "protokoll-unvollstaendig.csv" if is_cut else "protokoll.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(table(rows[:MOST_IN_A_FILE], is_cut).encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def _in_words(fault: Fault | str) -> str:
    """What is not as it was sealed, and where, in the reader's language; empty where all is."""
    if not isinstance(fault, Fault):
        return fault
    said = {name: formats.moment(value) if isinstance(value, datetime) else value for name, value in fault.said.items()}
    return _(FAULTS[fault.code]).format(**said)


def _because(reason: str) -> str:
    """What was given as the reason, a code in words; that a program came by a personal key is written there too, in words of its own."""
    said, by, key = reason.rpartition(BY_KEY)
    if not (by and key.startswith("kim_")):
        said, key = reason, ""
    code = said.removesuffix("; ")
    why = _(this_web().doors.reason_words.get(code, code))
    return "; ".join(filter(None, (why, _("mit dem Schlüssel {key}").format(key=key) if key else "")))


def _search(form: Form) -> AuditSearch | None:
    """What the form says, before the row in the address, if one is named there; None where the form says what cannot be."""
    return replace(form.command, before=serial_of(request.values.get("vor", ""))) if form.command else None


def table(rows: Sequence[Row[Any]], is_cut: bool = False) -> str:
    """The rows as a spreadsheet reads them; nothing in it is taken for a formula (ASVS 1.2.10)."""
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";")
    sheet.writerow(COLUMNS)
    for row in rows:
        sheet.writerow([plain(getattr(row, column)) for column in COLUMNS])
    if is_cut:
        sheet.writerow([f"incomplete: more than {len(rows)} rows were asked for; go on with the rows before serial {rows[-1].serial}"])
    return written.getvalue()


def plain(value: object) -> str:
    text = ", ".join(value) if isinstance(value, list) else value.isoformat() if isinstance(value, datetime) else str(value or "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
