"""Stellenplan: every post by month, sums by FTE, heads and funded, and what is empty with its euro (D2). Prints on A4 landscape."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from babel.dates import get_month_names
from flask import request
from kim_web import formats
from kim_web.form import whole_number
from kim_web.page import Pages, render, see

from kim_staffing.model.employer import employers
from kim_staffing.model.post import PLANNED, UNDECIDED, posts
from kim_staffing.model.vacancy import grant_uses
from kim_staffing.model.year_plan import month_sums, stock, year_plan
from kim_staffing.pages import words

pages = Pages("plan", __name__)
YEARS = (2020, 2099)


@pages.get("/stellenplan")
@pages.guard("plan.see")
def show() -> str:
    """`?jahr=2023`; without it the present year."""
    with see() as (session, act):
        year = whole_number(request.args.get("jahr", ""), *YEARS) or act.today.year
        day = min(max(act.today, date(year, 1, 1)), date(year, 12, 31))
        rows = year_plan(session, year)
        to_come = [
            (post, decision) for post in posts(session) if (decision := post.decision_on(day)) and decision.status in (PLANNED, UNDECIDED)
        ]
        return render(
            "staffing/plan.html",
            year=year,
            day=day,
            groups=[(baustein, list(found)) for baustein, found in groupby(rows, key=lambda row: row.post.baustein)],
            sums=month_sums(session, year),
            stock=stock(session, day),
            to_come=to_come,
            uses=[use for use in grant_uses(session, day) if use.grant.period_from.year <= year <= use.grant.period_to.year],
            names={employer.id: employer.name_on(day) for employer in employers(session)},
            months=[get_month_names("abbreviated", locale=formats.locale())[month] for month in range(1, 13)],
            words=words,
        )
