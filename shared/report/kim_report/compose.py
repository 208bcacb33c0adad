"""Putting the answers together. Figures of different services are never added up: each stands under the service that counted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kim_report.sources import Answer, Period

Report = dict[str, Any]


def compose(
    organisation: str, period: Period, answers: Sequence[Answer], composed_at: datetime, names: Mapping[str, str] | None = None
) -> Report:
    """The report as JSON-ready data: figures by chapter, where each came from, how each was counted. `names` says who is meant by an id."""
    said = {answer.service: answer.figures for answer in answers if answer.figures is not None}
    intake, casework = said.get("intake", {}), said.get("casework", {})
    interpreting, staffing = said.get("interpreting", {}), said.get("staffing", {})
    return {
        "organisation": organisation,
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "composed_at": composed_at.isoformat(),
        "sources": {
            answer.service: _delivered(answer.figures) if answer.figures is not None else {"state": "missing", "why": answer.why}
            for answer in answers
        },
        "consultations": intake.get("consultations"),
        "sites": intake.get("sites"),
        "hand_overs": intake.get("hand_overs"),
        "proposals": intake.get("proposals"),
        "referrals": {name: figures["referrals"] for name, figures in said.items() if "referrals" in figures},
        "admissions": casework.get("admissions"),
        "cases": casework.get("cases"),
        "persons_in_cases": casework.get("persons_in_cases"),
        "contacts": casework.get("contacts"),
        "orders_placed": casework.get("orders"),
        "interpreting": _without(interpreting, "partners", "counting_rules") or None,
        "staffing": _without(staffing, "partner_reports", "counting_rules") or None,
        "partners": _partners(said),
        "names": dict(names or {}),
        "counting_rules": {name: figures["counting_rules"] for name, figures in said.items() if "counting_rules" in figures},
    }


def _delivered(figures: Mapping[str, Any]) -> dict[str, Any]:
    """That a source answered, and of which days its figures are where it says so."""
    return {"state": "delivered", **({"told": figures["told"]} if "told" in figures else {})}


def _without(figures: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key not in keys}


def _partners(said: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What partner organisations reported by event, by organisation and service."""
    partners: dict[str, dict[str, Any]] = {}
    for service, figures in said.items():
        reported = figures.get("partner_reports" if service == "staffing" else "partners") or {}
        for organisation, values in reported.items():
            partners.setdefault(organisation, {})[service] = values
    return partners


def at(report: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None. A key may hold dots itself: the longest key that is there wins."""
    return _descend(report, path.split("."))


def _descend(here: Any, steps: list[str]) -> Any:
    if not steps:
        return here
    if not isinstance(here, Mapping):
        return None
    for length in range(len(steps), 0, -1):
        key = ".".join(steps[:length])
        if key in here:
            return _descend(here[key], steps[length:])
    return None
