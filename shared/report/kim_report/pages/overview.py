"""E1 „Bericht“: what has been delivered and the ten figures. E2 „Zahlen“: every figure with its rule and what it is made of."""

from __future__ import annotations

from datetime import date

from flask import g, request
from kim_web.formats import NOTHING, number
from kim_web.language import _
from kim_web.page import Pages, redirect_to, render
from werkzeug.wrappers import Response

from kim_report.compose import Report, at
from kim_report.figures import CHAPTERS, Breakdown, Line, counts, figure, nothing_said, own_posts, pots, told_in_part, unit
from kim_report.frozen import Frozen, differences
from kim_report.here import WrongPeriod, asked_period, composed, desk
from kim_report.names import figure_words, name, organisation_of, part_told, planned, share, title_of
from kim_report.partners import months_missing, partner_rows

pages = Pages("overview", __name__)
HEADLINES = (
    "case_management-consultations", "school_entry-consultations", "case_management-persons", "case_management-known",
    "referrals-sent", "admissions", "cases-open",
)  # fmt: skip
LINES = {line.key: line for chapter in CHAPTERS for line in chapter.lines}
SHOWN = 15


@pages.get("/bericht")
@pages.guard("report.see")
def show() -> str | tuple[str, int]:
    try:
        period = asked_period()
    except WrongPeriod as fault:
        return _wrong_period(fault)
    report = composed(period)
    latest = _latest(report)
    return render(
        "report/overview.html",
        period=period,
        report=report,
        latest=latest,
        changed=[] if latest is None else differences(latest.report, report),
        tiles=[_tile(report, LINES[key]) for key in HEADLINES],
        in_part=_in_part(report),
        pots=pots(report),
        title_of=title_of,
        named=lambda key: organisation_of(key, report),
        complete=all(source["state"] == "delivered" for source in report["sources"].values()),
    )


@pages.get("/zahlen")
@pages.guard("report.see")
def figures() -> str | tuple[str, int]:
    try:
        period = asked_period()
    except WrongPeriod as fault:
        return _wrong_period(fault)
    report = composed(period)
    return render(
        "report/figures.html",
        period=period,
        report=report,
        chapters=CHAPTERS,
        before=_previous(report),
        value_of=lambda line, of=report: figure(of, line),
        unit=unit,
        nothing_said=lambda line: nothing_said(report, line),
        in_part=_in_part(report),
        rows_of=lambda breakdown: _rows(report, breakdown),
        site_notes=_site_notes(report),
        pots=pots(report),
        posts=[(_(name("code", row.role, report)), row) for row in own_posts(report)],
        share=share,
        planned=[planned(entry, report) for entry in at(report, "staffing.planned") or ()],
        title_of=title_of,
        named=lambda key: organisation_of(key, report),
        partner_rows=partner_rows,
        months_missing=months_missing,
        as_day=date.fromisoformat,
    )


@pages.post("/festschreiben")
@pages.guard("report.freeze")
def freeze() -> Response | tuple[str, int]:
    try:
        period = asked_period()
    except WrongPeriod as fault:
        return _wrong_period(fault)
    frozen = desk().freeze(composed(period), g.actor.name)
    said = _("Bericht {number} ist festgeschrieben. Was später dazukommt, steht als Unterschied daneben.").format(number=frozen.number)
    return redirect_to("frozen.show", number=frozen.number, said=said)


def _wrong_period(fault: WrongPeriod) -> tuple[str, int]:
    """The days once more as they were typed, for the page they were meant for."""
    back = "overview.figures" if request.endpoint == "overview.figures" else "overview.show"
    usual = desk().usual_period()
    first, last = (request.values.get(name) or f"{day:%d.%m.%Y}" for name, day in (("from", usual.first), ("to", usual.last)))
    return render("report/wrong_period.html", fault=str(fault), first=first, last=last, back=back), 422


def _tile(report: Report, line: Line) -> tuple[str, str, str]:
    value = figure(report, line)
    return (
        NOTHING if value is None else number(value),
        figure_words(line.path, report),
        unit(line, value) if value is not None else nothing_said(report, line),
    )


def _in_part(report: Report) -> list[str]:
    return [part_told(part, report) for part in told_in_part(report)]


def _latest(report: Report) -> Frozen | None:
    """The newest frozen report of the very same period."""
    same = [frozen for frozen in desk().frozen() if frozen.report["period"] == report["period"]]
    return same[-1] if same else None


def _previous(report: Report) -> Frozen | None:
    """The newest frozen report that ended earlier: the last one the council saw."""
    earlier = [frozen for frozen in desk().frozen() if frozen.report["period"]["to"] < report["period"]["to"]]
    return earlier[-1] if earlier else None


def _rows(report: Report, breakdown: Breakdown) -> list[tuple[str, int]]:
    found = [(_(name(breakdown.names, key, report)), count) for key, count in counts(report, breakdown)]
    if len(found) <= SHOWN:
        return found
    rest = found[SHOWN:]
    return [*found[:SHOWN], (_("weitere {count}").format(count=len(rest)), sum(count for _label, count in rest))]


def _site_notes(report: Report) -> list[tuple[str, int, int, int]]:
    """Per site: consultations, those whose origin was not said, and the Ukrainian ones: what the committee asks about Herzogenrath."""
    sites = at(report, "consultations.case_management.by_site") or {}
    notes = []
    for key, figures in sites.items():
        origins = figures.get("by_origin", {})
        silent = origins.get("UNKNOWN", 0) + origins.get("NOT_SAID", 0)
        notes.append((name("site", key, report), figures["total"], origins.get("UKR", 0), silent))
    return sorted(notes)
