"""docs/benchmarks.md and its chart, from the results of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from benchmarks import bounds
from benchmarks.bounds import Profile
from benchmarks.candidates import CANDIDATES
from benchmarks.report import blocks, facts, goal_rows, markdown
from benchmarks.results import Result, best, medians

BAR, GAP, LABEL, WIDTH = 20, 8, 270, 860  # px
COLOURS = {"ours": "#1f5fa8", "peer": "#b3541e", "limit": "#6b7280"}
PROFILE_NOTE = (
    "One more round with py-spy beside each process, after the rates were taken. Samples of the thread that does the work; those in the "
    "driver hold the time in which PostgreSQL has the core."
)
MARK = "<!-- What follows is written by ./kim bench bus --write-docs. -->"


def write(record: Mapping[str, Any], results: Sequence[Result], profile: Profile, folder: Path) -> list[Path]:
    """Replace what follows the mark in the page, and the chart. Returns the files it wrote."""
    page, chart = folder / "benchmarks.md", folder / "benchmarks.svg"
    kept = page.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    page.write_text(f"{kept}\n\n{MARK}\n\n{text(record, results, profile)}", encoding="utf-8")
    chart.write_text(svg(results), encoding="utf-8")
    return [page, chart]


def text(record: Mapping[str, Any], results: Sequence[Result], profile: Profile) -> str:
    taken = (
        f"Taken on {record['date']} on {facts(record['machine'])}; {facts(record['versions'])}; {facts(record['peers'])}. "
        f"Medians of {record['rounds']} rounds in which all took turns."
    )
    parts = [
        f"## Results\n\n{taken}",
        "![Events a second, sustained and draining](benchmarks.svg)",
        f"### Goals\n\n{markdown(*goal_rows(results))}",
        *(f"### {title}\n\n{markdown(head, rows)}" for title, head, rows in blocks(results)),
    ]
    if profile:
        parts.append(f"### Where this bus spends its time\n\n{PROFILE_NOTE}\n\n{markdown(*bounds.rows(profile))}")
    return "\n\n".join(parts) + "\n"


def svg(results: Sequence[Result]) -> str:
    """Two groups of bars, each to its own scale."""
    rows = medians(results)
    shapes: list[str] = []
    top = 0
    for case, title in (("sustained", "Sustained, events a second"), ("drain", "Draining a backlog, events a second")):
        of_case = best(rows, case)
        if not of_case:
            continue
        top += 28
        shapes.append(f'<text x="0" y="{top}" font-weight="bold">{title}</text>')
        top += 12
        most = max(one.rate for one in of_case.values())
        for name, one in of_case.items():
            length = (WIDTH - LABEL - 80) * one.rate / most
            shapes.append(f'<text x="0" y="{top + 15}">{escape(CANDIDATES[name].title)}</text>')
            shapes.append(f'<rect x="{LABEL}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{_colour(name)}"/>')
            shapes.append(f'<text x="{LABEL + length + 6:.1f}" y="{top + 15}">{one.rate:,.0f}</text>')
            top += BAR + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 8}" role="img" font-family="sans-serif" font-size="14">\n'
        f'<title>Events a second of this bus, its peers and the limit</title>\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def _colour(name: str) -> str:
    candidate = CANDIDATES[name]
    return COLOURS["ours" if candidate.is_ours else "peer" if candidate.is_peer else "limit"]
