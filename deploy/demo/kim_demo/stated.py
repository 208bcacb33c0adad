"""The stated figures beside the reported ones.

What is stated comes from the scenario file, what is reported from the progress report, which counts rows. Nothing is copied from one to
the other. A stated row with a `value` must be met exactly; one with a `rule` is checked by the function of the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kim_report.compose import at

from kim_demo.scenario import Scenario

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    id: str
    stated: str
    reported: str
    agrees: bool


def compare(scenario: Scenario, report: Report) -> list[Comparison]:
    """One comparison for each stated row, in the order of the file."""
    rows = []
    for row in scenario["stated"]:
        stated = _words(row["value"]) + (f" {row['unit']}" if "unit" in row else "") if "value" in row else row["rule"]
        reported, agrees = _check(row, report, scenario)
        rows.append(Comparison(row["id"], stated, reported, agrees))
    return rows


def _check(row: Mapping[str, Any], report: Report, scenario: Scenario) -> tuple[str, bool]:
    if row["id"] in RULES:
        return RULES[row["id"]](report, row, scenario)
    found = at(report, row["path"])
    return _words(found), found is not None and _same(found, row["value"])


def _same(found: Any, stated: Any) -> bool:
    if isinstance(stated, list):
        return sorted(found) == sorted(stated)
    return Decimal(str(found)) == Decimal(str(stated))


def _words(value: Any) -> str:
    if value is None:
        return "missing"
    return ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)


def _not_summed(report: Report, _row: Mapping[str, Any], _scenario: Scenario) -> tuple[str, bool]:
    services = at(report, "consultations") or {}
    figures = {name: at(services, f"{name}.total") for name in services}
    apart = {"case_management", "school_entry"} <= figures.keys() and all(isinstance(value, int) for value in figures.values())
    summed = sum(value for value in figures.values() if isinstance(value, int))
    return ", ".join(f"{name} {value}" for name, value in figures.items()), apart and summed not in set(_integers(services, depth=2))


def _persons(report: Report, row: Mapping[str, Any], _scenario: Scenario) -> tuple[str, bool]:
    figures = at(report, "consultations.case_management") or {}
    share = Decimal(str(figures.get("usual_size_share", 0)))
    at_the_table, known = at(report, row["path"]), figures.get("known_different_persons")
    said = f"{share:.0%} of the appointments have 2–5 people; {at_the_table} at the table, {known} known different persons"
    return said, share > Decimal("0.8") and isinstance(at_the_table, int) and isinstance(known, int) and 0 < known < at_the_table


def _sites(report: Report, row: Mapping[str, Any], _scenario: Scenario) -> tuple[str, bool]:
    counted = sum(1 for site in (at(report, row["path"]) or {}).values() if site["total"] > 0)
    return str(counted), counted == row["value"]


def _mostly_ukraine(report: Report, row: Mapping[str, Any], _scenario: Scenario) -> tuple[str, bool]:
    ukraine, total = at(report, row["path"]) or 0, at(report, "consultations.case_management.total") or 0
    return f"{ukraine} of {total}", ukraine * 2 > total


def _herzogenrath(report: Report, row: Mapping[str, Any], _scenario: Scenario) -> tuple[str, bool]:
    """Nought counts only where somebody was counselled: an empty site would agree by saying nothing."""
    ukraine = at(report, row["path"]) or 0
    total = at(report, "consultations.case_management.by_site.rathaus-herzogenrath.total") or 0
    return f"{ukraine} of {total}", ukraine == row["value"] and total > 0


def _topics(report: Report, row: Mapping[str, Any], scenario: Scenario) -> tuple[str, bool]:
    counted = {topic for topic, count in (at(report, row["path"]) or {}).items() if count}
    wanted = set(scenario["counselling"]["topics"])
    signposted = at(report, "consultations.case_management.by_kind.signposting") or 0
    legal = sum((at(report, row["path"]) or {}).get(topic, 0) for topic in scenario["counselling"]["signposted_topics"])
    return f"{len(wanted & counted)} of {len(wanted)} topics, {signposted} signposted", wanted <= counted and 0 < legal == signposted


def _pot_used_for(report: Report, row: Mapping[str, Any], scenario: Scenario) -> tuple[str, bool]:
    kinds = at(report, row["path"]) or {}
    used_for = next(pot["used_for"] for pot in scenario["pots"] if pot["id"] in row["path"])
    without_case = at(report, row["path"].rpartition(".")[0] + ".orders_without_case_link")
    said = ", ".join(f"{kind} {kinds[kind]['orders']}" for kind in sorted(kinds)) or "missing"
    return f"{said}; {without_case} without a case", set(kinds) == set(used_for) and without_case == 0


def _contracts_end(report: Report, row: Mapping[str, Any], scenario: Scenario) -> tuple[str, bool]:
    """Every contract of the own house ends on the stated day, and none on another."""
    ending = at(report, "staffing.contracts_ending") or {}
    own = scenario["staffing"]["stated_totals"]
    said = ", ".join(f"{day}: {value['contracts']} contracts, {value['fte']} FTE" for day, value in ending.items()) or "missing"
    people = own["case_management_people"] + 3 + 1 + 1  # three coordinators, one administrator, one in the immigration office
    return said, set(ending) == {row["path"].rpartition(".")[2]} and next(iter(ending.values()))["contracts"] == people


def _integers(value: Any, depth: int) -> list[int]:
    if isinstance(value, bool) or depth < 0:
        return []
    if isinstance(value, int):
        return [value]
    return [found for below in value.values() for found in _integers(below, depth - 1)] if isinstance(value, Mapping) else []


RULES: dict[str, Callable[[Report, Mapping[str, Any], Scenario], tuple[str, bool]]] = {
    "consultations-not-summed": _not_summed,
    "persons-present-usual": _persons,
    "sites": _sites,
    "origins-mostly-ukraine": _mostly_ukraine,
    "herzogenrath-no-ukrainians": _herzogenrath,
    "topics": _topics,
    "pot-used-for": _pot_used_for,
    "contracts-end": _contracts_end,
}


def table(rows: list[Comparison]) -> str:
    """The comparison for the terminal: stated and reported side by side."""
    widths = (28, 46, 62)

    def line(mark: str, *cells: str) -> str:
        return f"  {mark} " + " ".join(cell[:width].ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    head = line(" ", "figure", "stated", "reported")
    body = [line("✓" if row.agrees else "✗", row.id, row.stated, row.reported) for row in rows]
    agreed = sum(row.agrees for row in rows)
    return "\n".join([head, *body, f"  {agreed} of {len(rows)} stated figures agree with the report."])
