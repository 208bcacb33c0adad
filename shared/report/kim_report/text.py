"""The report on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import wrap
from typing import Any

from kim_web.formats import day, money, number, read, signed
from kim_web.language import _, mark, plural

from kim_report.compose import at
from kim_report.figures import CHAPTERS, counts, figure, nothing_said, own_posts, pots, told_in_part, unit
from kim_report.frozen import Difference
from kim_report.names import figure_words, name, organisation_of, part_told, planned, share, title_of

WIDTH = 96
SHOWN = 12  # rows of a distribution on the terminal; the page has them all


def render(report: Mapping[str, Any]) -> str:
    """The whole report as lines of at most 96 characters."""
    period = report["period"]
    title = _("Sachstandsbericht {first} bis {last}").format(first=_day(period["from"]), last=_day(period["to"]))
    parts = [title, "=" * len(title), *_sources(report)]
    for chapter in CHAPTERS:
        parts += ["", _(chapter.title), "-" * len(_(chapter.title))]
        for line in chapter.lines:
            value = figure(report, line)
            if value is None:
                parts.append(_row(_(line.label), nothing_said(report, line)))
                continue
            parts.append(_row(_(line.label), f"{number(value)} {unit(line, value)}"))
            for breakdown in line.breakdowns:
                parts += _distribution(report, breakdown)
    for part in told_in_part(report):
        parts += wrap(part_told(part, report), WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join([*parts, *_money(report), *_posts(report), *_partners(report)])


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


def _row(label: str, value: str, indent: int = 2) -> str:
    dots = "." * max(3, WIDTH - indent - len(label) - len(value) - 2)
    return f"{' ' * indent}{label} {dots} {value}"


def _sources(report: Mapping[str, Any]) -> list[str]:
    states = {"delivered": _("geliefert"), "missing": _("FEHLT")}
    said = ", ".join(f"{_(title_of(service))}: {states[source['state']]}" for service, source in report["sources"].items())
    return [_("Quellen: {sources}").format(sources=said or _("keine"))]


def _distribution(report: Mapping[str, Any], breakdown: Any) -> list[str]:
    found = counts(report, breakdown)
    if not found:
        return []
    lines = [f"    {_(breakdown.title)}:"]
    lines += [_row(_(name(breakdown.names, key, report)), number(count), indent=6) for key, count in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(
            _row(_("weitere {count}").format(count=len(found) - SHOWN), number(sum(count for _key, count in found[SHOWN:])), indent=6)
        )
    return lines


def _money(report: Mapping[str, Any]) -> list[str]:
    lines = ["", _("Geld für Dolmetschen und Übersetzen"), "-" * len(_("Geld für Dolmetschen und Übersetzen"))]
    for pot in pots(report):
        lines.append(f"  {pot.name}")
        for label, amount in (
            (mark("bewilligt"), pot.granted),
            (mark("gebunden"), pot.committed),
            (mark("ausgegeben (Rechnungen)"), pot.spent),
            (mark("frei"), pot.left),
            (mark("Verbrauch bis Jahresende (Prognose)"), pot.forecast),
        ):
            lines.append(_row(_(label), money(amount), indent=4))
        if pot.warnings:
            said = ", ".join(f"{warning['percent']} % ({_day(warning['day'])})" for warning in pot.warnings)
            lines.append(_row(_("Warnungen"), said, indent=4))
    return lines if len(lines) > 3 else [*lines, f"  {_('nicht geliefert')}"]


def _posts(report: Mapping[str, Any]) -> list[str]:
    lines = ["", _("Stellen"), "-" * len(_("Stellen"))]
    if not report.get("staffing"):
        return [*lines, f"  {_('nicht geliefert')}"]
    for row in own_posts(report):
        value = plural("{fte} Stellen, {people} Person", "{fte} Stellen, {people} Personen", row.people).format(
            fte=share(row.fte), people=row.people
        )
        lines.append(_row(_(name("code", row.role, report)), value))
    lines.append(_row(_("bei Partnern besetzt"), _("{fte} Stellen").format(fte=share(at(report, "staffing.partners.fte")))))
    lines += [f"  {_('geplant')}: {planned(entry, report)}" for entry in at(report, "staffing.planned") or ()]
    lines += [f"  {_('ungeklärt')}: {entry}" for entry in at(report, "staffing.undecided") or ()]
    for ends, value in (at(report, "staffing.contracts_ending") or {}).items():
        said = _("{contracts} Verträge, {fte} Stellen").format(contracts=value["contracts"], fte=share(value["fte"]))
        lines.append(_row(_("Verträge enden am {day}").format(day=_day(ends)), said))
    if extensions := at(report, "staffing.extensions"):
        said = _("{ended} ausgelaufen, {in_time} rechtzeitig verlängert, {late} nicht").format(
            ended=extensions["ended"], in_time=extensions["extended_in_time"], late=extensions["not_in_time"]
        )
        lines.append(_row(_("Verlängerungen"), said))
    return lines


def _partners(report: Mapping[str, Any]) -> list[str]:
    if not report["partners"]:
        return []
    lines = ["", _("Von Partnern gemeldet"), "-" * len(_("Von Partnern gemeldet"))]
    for organisation, services in report["partners"].items():
        lines.append(f"  {organisation_of(organisation, report)}: {', '.join(_(title_of(service)) for service in services)}")
    return lines


def render_differences(number_of: str, found: Sequence[Difference], report: Mapping[str, Any]) -> str:
    """What reads otherwise since a report was frozen."""
    if not found:
        return _("Seit der Festschreibung {number}: keine Änderung.").format(number=number_of)
    lines = [_("Seit der Festschreibung {number} geändert:").format(number=number_of)]
    for entry in found:
        change = f" ({signed(entry.change)})" if entry.change is not None else ""
        lines.append(_row(figure_words(entry.path, report), f"{read(entry.then)} → {read(entry.now)}{change}"))
    return "\n".join(lines)
