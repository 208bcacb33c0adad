"""The lines of the report: each figure with its unit in words, where it stands in the data, how it was counted, what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kim_report.compose import at


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A distribution behind a figure: its title, the path of a mapping key -> count, and how to name the keys."""

    title: str
    path: str
    names: str  # site | origin | topic | kind | code


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Texts are German and are translated where they are shown. `rule` says in one sentence how it is counted."""

    key: str
    label: str
    unit: str
    path: str
    rule: str
    breakdowns: tuple[Breakdown, ...] = ()


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
            "Beratungen",
            f"{base}.total",
            "Eine Beratung ist ein Gespräch am Tisch, gleich wie viele Personen dabei waren.",
            (
                Breakdown("nach Standort", f"{base}.by_site", "site"),
                Breakdown("nach Art", f"{base}.by_kind", "kind"),
                Breakdown("nach Thema (mehrere je Beratung)", f"{base}.by_topic", "topic"),
                Breakdown("nach Herkunft", f"{base}.by_origin", "origin"),
            ),
        ),
        Line(
            f"{service}-persons",
            "– Personen am Tisch (Summe)",
            "Personen am Tisch",
            f"{base}.persons_at_the_table",
            "Summe der Anwesenden aller Beratungen; wer dreimal kam, zählt dreimal.",
        ),
        Line(
            f"{service}-known",
            "– bekannte verschiedene Personen",
            "Personen",
            f"{base}.known_different_persons",
            "Nur wer wiedererkannt werden konnte (Akte oder Wiederkommzettel); anonyme Beratungen sind nicht dabei.",
        ),
        Line(f"{service}-anonymous", "– davon anonym", "Beratungen", f"{base}.anonymous", "Beratungen ohne Akte und ohne Wiederkommzettel."),
    )


CHAPTERS = (
    Chapter(
        "Beratungen",
        _counselling("case_management", "Case-Management-Beratung") + _counselling("school_entry", "Seiteneinstiegsberatung"),
    ),
    Chapter(
        "Verweise",
        (
            Line(
                "referrals-sent",
                "Verweise aus der Beratung an andere Stellen",
                "Verweise",
                "referrals.intake.sent.total",
                "Gesendete Verweise und Briefe an Stellen ohne Programm; Übergaben unter einem Dach zählen nicht.",
                (
                    Breakdown("nach Ergebnis", "referrals.intake.sent.by_state", "code"),
                    Breakdown("nach Empfänger", "referrals.intake.sent.by_receiver", "code"),
                ),
            ),
            Line(
                "referrals-sent-casework",
                "Verweise aus dem Case Management an andere Stellen",
                "Verweise",
                "referrals.casework.sent.total",
                "Gesendete Verweise mit Einwilligung.",
                (
                    Breakdown("nach Ergebnis", "referrals.casework.sent.by_state", "code"),
                    Breakdown("nach Empfänger", "referrals.casework.sent.by_receiver", "code"),
                ),
            ),
            Line(
                "referrals-received",
                "Verweise an das Case Management",
                "Verweise",
                "referrals.casework.received.total",
                "Von anderen Organisationen empfangene Verweise.",
                (Breakdown("nach Antwort", "referrals.casework.received.by_state", "code"),),
            ),
        ),
    ),
    Chapter(
        "Case Management",
        (
            Line(
                "admissions",
                "Aufnahmen ins Case Management",
                "Aufnahmen",
                "admissions.admitted",
                "Entscheidungen im Zeitraum, aus Vorschlägen der Beratung und aus Verweisen.",
            ),
            Line("declined", "Abgelehnte Vorschläge", "Vorschläge", "admissions.declined", "Ablehnungen mit Grund im Zeitraum."),
            Line(
                "cases-open",
                "Laufende Fälle am Ende des Zeitraums",
                "Fälle",
                "cases.open_at_end",
                "Am letzten Tag offen; eine Familie kann mehrere Fälle haben.",
                (Breakdown("nach Phase", "cases.by_phase", "code"),),
            ),
            Line("cases-closed", "Abgeschlossene Fälle", "Fälle", "cases.closed", "Im Zeitraum mit Grund abgeschlossen."),
            Line(
                "cases-without-manager",
                "Fälle, die eine neue Fallmanager_in brauchen",
                "Fälle",
                "cases.needing_new_manager",
                "Offen, und die zuständige Person ist am letzten Tag nicht mehr einsetzbar.",
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
    """(key, count), largest first. A site's entry is itself a mapping with a total."""
    found = at(report, breakdown.path) or {}
    pairs = [(key, value["total"] if isinstance(value, Mapping) else value) for key, value in found.items()]
    return sorted(((key, int(count)) for key, count in pairs), key=lambda pair: (-pair[1], pair[0]))
