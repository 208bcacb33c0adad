"""Nicht erfüllt: every request refused or unfilled, for the committee."""

from __future__ import annotations

from datetime import date

from flask import request
from kim_web.form import whole_number
from kim_web.page import Pages, render, see

from kim_interpreting.model.figures import order_figures
from kim_interpreting.pages import words

pages = Pages("unmet", __name__)


@pages.get("/nicht-erfuellt")
@pages.guard("unmet.see")
def listed() -> str:
    with see() as (session, act):
        chosen = whole_number(request.args.get("jahr", ""), 2000, 2100) or act.today.year
        figures = order_figures(session, date(chosen, 1, 1), date(chosen, 12, 31))
        by_reason: dict[str, int] = {}
        for one in figures.unmet:
            by_reason[one.reason] = by_reason.get(one.reason, 0) + one.count
        return render(
            "interpreting/unmet.html",
            unmet=figures.unmet,
            by_reason=[(words.reason(code), count) for code, count in sorted(by_reason.items(), key=lambda entry: -entry[1])],
            total=figures.total,
            count=sum(one.count for one in figures.unmet),
            year=chosen,
            years=(act.today.year - 1, act.today.year),
            words=words,
        )
