"""The lines of the report: each figure with its unit in words, where it stands in the data, how it was counted, what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kim_web.language import _, mark

from kim_report.compose import at


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A distribution behind a figure: its title, the path of a mapping key -> count, and how to name the keys.

    `rest` is the path of how many stand under no key, `rest_label` what they are called.
    """

    title: str
    path: str
    names: str  # site | origin | topic | organisation | code
    rest: str = ""
    rest_label: str = ""


# Which service tells what stands below a path.
SOURCES = {
    "consultations.": "intake",
    "referrals.intake.": "intake",
    "referrals.casework.": "casework",
    "admissions.": "casework",
    "cases.": "casework",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Texts are German and are translated where they are shown. `rule` says in one sentence how it is counted."""

    key: str
    label: str
    unit: str
    path: str
    rule: str
    breakdowns: tuple[Breakdown, ...] = ()


ONE = {
    "Beratungen": mark("{n} Beratung"),
    "Personen am Tisch": mark("{n} Person am Tisch"),
    "Personen": mark("{n} Person"),
    "Verweise": mark("{n} Verweis"),
    "Aufnahmen": mark("{n} Aufnahme"),
    "Vorschläge": mark("{n} Vorschlag"),
    "Fälle": mark("{n} Fall"),
}


def unit(line: Line, value: int) -> str:
    """What is counted, in the form that fits the number: 1 Vorschlag, 2 Vorschläge."""
    return _(ONE[line.unit]).format(n="").strip() if value == 1 else _(line.unit)


TOO_FEW = mark("zu wenige Kolleg_innen")  # what stands where a figure would be one colleague's work


def figure(report: Mapping[str, Any], line: Line) -> int | None:
    """A line's figure. What a service that answered does not mention has not happened: nought. None where it did not answer, or does not
    tell it (`is_withheld`).
    """
    found = at(report, line.path)
    if found is not None:
        return int(found)
    if is_withheld(report, line):
        return None
    source = next(service for prefix, service in SOURCES.items() if line.path.startswith(prefix))
    return 0 if report["sources"].get(source, {}).get("state") == "delivered" else None


def is_withheld(report: Mapping[str, Any], line: Line) -> bool:
    """Whether the service says that it does not tell this figure: the name stands there without a value."""
    above, _dot, last = line.path.rpartition(".")
    around = at(report, above)
    return isinstance(around, Mapping) and last in around and around[last] is None


def nothing_said(report: Mapping[str, Any], line: Line) -> str:
    """Why a line has no figure."""
    return _(TOO_FEW) if is_withheld(report, line) else _("nicht geliefert")


@dataclass(frozen=True, slots=True)
class InPart:
    """What is not told of the whole period: a source, a counselling service, how it counselled, or a line; `days` None: nothing of it."""

    source: str = ""
    service: str = ""
    how: bool = False
    line: str = ""
    days: Mapping[str, str] | None = None


def told_in_part(report: Mapping[str, Any]) -> list[InPart]:
    """In the order of the report: what fewer than three colleagues did is told with more days, or not yet (`kim_statistics.halves`)."""
    found = []
    whole = {name: source["told"] for name, source in report["sources"].items() if "told" in source}
    found += [InPart(source=name, days=told) for name, told in whole.items() if told != report["period"]]
    for code, figures in (at(report, "consultations") or {}).items():
        told = figures.get("told")
        if "told" in figures and told != whole.get("intake"):
            found.append(InPart(service=code, days=told))
        if told and figures.get("told_how") != told:
            found.append(InPart(service=code, how=True, days=figures.get("told_how")))
    for line in (line for chapter in CHAPTERS for line in chapter.lines if line.path.endswith(".sent.total")):
        sent = at(report, line.path.removesuffix(".total")) or {}
        if "told" in sent and sent["told"] != whole.get(line.path.split(".")[1]):
            found.append(InPart(line=line.label, days=sent["told"]))
    return found


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    lines: tuple[Line, ...]


def _counselling(service: str, label: str) -> tuple[Line, ...]:
    base = f"consultations.{service}"
    return (
        Line(
            f"{service}-consultations",
            label,
            mark("Beratungen"),
            f"{base}.total",
            mark("Eine Beratung ist ein Gespräch am Tisch, gleich wie viele Personen dabei waren."),
            (
                # A site is told by whole months that are over: else one colleague's days could be read off it.
                Breakdown(
                    mark("nach Standort"),
                    f"{base}.by_site",
                    "site",
                    f"{base}.not_by_site",
                    mark("angefangene Monate aller Standorte zusammen"),
                ),
                Breakdown(mark("nach Art"), f"{base}.by_kind", "kind"),
                Breakdown(mark("nach Thema (mehrere je Beratung)"), f"{base}.by_topic", "topic"),
                Breakdown(mark("nach Herkunft"), f"{base}.by_origin", "origin"),
            ),
        ),
        Line(
            f"{service}-persons",
            mark("– Personen am Tisch (Summe)"),
            mark("Personen am Tisch"),
            f"{base}.persons_at_the_table",
            mark("Summe der Anwesenden aller Beratungen; wer dreimal kam, zählt dreimal."),
        ),
        Line(
            f"{service}-known",
            mark("– bekannte verschiedene Personen"),
            mark("Personen"),
            f"{base}.known_different_persons",
            mark("Nur wer wiedererkannt werden konnte (Akte oder Wiederkommzettel); anonyme Beratungen sind nicht dabei."),
        ),
        Line(
            f"{service}-anonymous",
            mark("– davon anonym"),
            mark("Beratungen"),
            f"{base}.anonymous",
            mark("Beratungen ohne Akte und ohne Wiederkommzettel."),
        ),
    )


CHAPTERS = (
    Chapter(
        mark("Beratung"),
        _counselling("case_management", mark("Case-Management-Beratung")) + _counselling("school_entry", mark("Seiteneinstiegsberatung")),
    ),
    Chapter(
        mark("Verweise an andere und von anderen"),
        (
            Line(
                "referrals-sent",
                mark("Verweise aus der Beratung an andere Stellen"),
                mark("Verweise"),
                "referrals.intake.sent.total",
                mark("Gesendete Verweise und Briefe an Stellen ohne Programm; Übergaben unter einem Dach zählen nicht."),
                (
                    Breakdown(mark("nach Ergebnis"), "referrals.intake.sent.by_state", "code"),
                    Breakdown(mark("nach Empfänger"), "referrals.intake.sent.by_receiver", "organisation"),
                ),
            ),
            Line(
                "referrals-sent-casework",
                mark("Verweise aus dem Case Management an andere Stellen"),
                mark("Verweise"),
                "referrals.casework.sent.total",
                mark("Gesendete Verweise mit Einwilligung."),
                (
                    Breakdown(mark("nach Ergebnis"), "referrals.casework.sent.by_state", "code"),
                    Breakdown(mark("nach Empfänger"), "referrals.casework.sent.by_receiver", "organisation"),
                ),
            ),
            Line(
                "referrals-received",
                mark("Verweise an das Case Management"),
                mark("Verweise"),
                "referrals.casework.received.total",
                mark("Von anderen Organisationen empfangene Verweise."),
                (Breakdown(mark("nach Antwort"), "referrals.casework.received.by_state", "code"),),
            ),
        ),
    ),
    Chapter(
        mark("Case Management"),
        (
            Line(
                "admissions",
                mark("Aufnahmen ins Case Management"),
                mark("Aufnahmen"),
                "admissions.admitted",
                mark("Entscheidungen im Zeitraum, aus Vorschlägen der Beratung und aus Verweisen."),
            ),
            Line(
                "declined",
                mark("Abgelehnte Vorschläge"),
                mark("Vorschläge"),
                "admissions.declined",
                mark("Ablehnungen mit Grund im Zeitraum."),
            ),
            Line(
                "cases-open",
                mark("Laufende Fälle am Ende des Zeitraums"),
                mark("Fälle"),
                "cases.open_at_end",
                mark("Am letzten Tag offen; eine Familie kann mehrere Fälle haben."),
                (Breakdown(mark("nach Phase"), "cases.by_phase", "code"),),
            ),
            Line("cases-closed", mark("Abgeschlossene Fälle"), mark("Fälle"), "cases.closed", mark("Im Zeitraum mit Grund abgeschlossen.")),
            Line(
                "cases-without-manager",
                mark("Fälle, die eine neue Fallmanager_in brauchen"),
                mark("Fälle"),
                "cases.needing_new_manager",
                mark("Offen, und die zuständige Person ist am letzten Tag nicht mehr einsetzbar."),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Pot:
    """A pot as the report shows it; money in euro as Decimal. `forecast` is the expected use to the end of the year."""

    id: str
    name: str
    granted: Decimal
    committed: Decimal
    invoiced: Decimal
    paid: Decimal
    left: Decimal
    forecast: Decimal
    warnings: tuple[Mapping[str, Any], ...]
    by_job_kind: Mapping[str, Mapping[str, Any]]

    @property
    def spent(self) -> Decimal:
        return self.invoiced + self.paid


def pots(report: Mapping[str, Any]) -> list[Pot]:
    found = at(report, "interpreting.pots") or {}
    return [
        Pot(
            id=pot_id,
            name=pot["name"],
            granted=Decimal(pot["granted"]) + Decimal(pot.get("reassigned", "0")) - Decimal(pot.get("returned", "0")),
            committed=Decimal(pot["committed"]),
            invoiced=Decimal(pot["invoiced"]),
            paid=Decimal(pot["paid"]),
            left=Decimal(pot["left"]),
            forecast=Decimal(pot["forecast_year_end"]),
            warnings=tuple(pot.get("warnings", ())),
            by_job_kind=pot.get("by_job_kind", {}),
        )
        for pot_id, pot in found.items()
    ]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """The filled posts of one role at the own house; FTE as text ("6.0")."""

    role: str
    fte: str
    people: int


def own_posts(report: Mapping[str, Any]) -> list[RoleRow]:
    roles = at(report, f"staffing.{report['organisation']}") or {}
    return [RoleRow(role, str(row["fte"]), int(row["people"])) for role, row in roles.items() if isinstance(row, Mapping) and "fte" in row]


def counts(report: Mapping[str, Any], breakdown: Breakdown) -> list[tuple[str, int]]:
    """(key, count), largest first; behind them the rest, if there is any. A site's entry is itself a mapping with a total."""
    found = at(report, breakdown.path) or {}
    pairs = [(key, int(value["total"] if isinstance(value, Mapping) else value)) for key, value in found.items()]
    rest = int(at(report, breakdown.rest) or 0) if breakdown.rest else 0
    return [*sorted(pairs, key=lambda pair: (-pair[1], pair[0])), *([(breakdown.rest_label, rest)] if rest else [])]
