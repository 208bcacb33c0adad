"""E5 „Festgeschrieben“: the frozen reports, and what was entered since."""

from __future__ import annotations

from datetime import date

from flask import abort
from kim_web.language import _
from kim_web.page import Pages, may, render
from kim_web.traffic import onward

from kim_report.figures import pots
from kim_report.frozen import Changed, load, numbers
from kim_report.here import desk
from kim_report.names import figure_words
from kim_report.text import render as as_text

pages = Pages("frozen", __name__)


@pages.get("/festgeschrieben")
@pages.guard("report.read_frozen")
def listing() -> str:
    return render("report/frozen_list.html", reports=desk().frozen(), as_day=date.fromisoformat)


@pages.get("/festgeschrieben/<number>")
@pages.guard("report.read_frozen")
def show(number: str) -> str | tuple[str, int]:
    folder = desk().settings.reports
    if number not in numbers(folder):
        abort(404)
    try:
        frozen = load(folder, number)
    except Changed:
        return render("report/altered.html", number=number), 409
    return render(
        "report/frozen.html",
        frozen=frozen,
        differences=desk().since(frozen, onward()) if may("report.see") else None,
        pots=pots(frozen.report),
        text=as_text(frozen.report),
        as_day=date.fromisoformat,
        words_of=lambda path: figure_words(path, frozen.report),
        title=_("Bericht {number}").format(number=number),
    )
