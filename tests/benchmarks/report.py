"""The table of a run, for the terminal and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.candidates import CANDIDATES
from benchmarks.results import Goal, Result, best, goals, medians

# Column -> the kinds of processes it holds.
CPU = {"sender": ("sender",), "out": ("intake", "relay", "publisher"), "in": ("casework", "receiver"), "PostgreSQL": ("postgres",),
       "RabbitMQ": ("broker",)}  # fmt: skip
HEAD = ("who", "events", "senders", "events/s", "of limit", *(f"{name} ms" for name in CPU), "peak MB out", "peak MB in")
CASE_TITLES = {
    "sustained": "Sustained: acts committed, carried and handled at the same time",
    "drain": "Drain: a committed backlog",
    "latency": "Latency from the commit of the act to the commit of its effect, at 200 events a second",
    "backlog": "Backlogs: each part of a courier alone",
}


def blocks(results: Iterable[Result]) -> list[tuple[str, Sequence[str], list[Sequence[str]]]]:
    """Title, head and rows of each table. Of several numbers of senders the best is shown, and which it was."""
    rows = medians(results)
    found: list[tuple[str, Sequence[str], list[Sequence[str]]]] = []
    for case in ("sustained", "drain"):
        if of_case := best(rows, case):
            found.append((CASE_TITLES[case], HEAD, [_line(one, of_case.get("limit")) for one in of_case.values()]))
    if of_case := best(rows, "latency"):
        lines = [
            (CANDIDATES[one.candidate].title, *(f"{one.latency[part]:.1f}" for part in ("p50", "p99", "max"))) for one in of_case.values()
        ]
        found.append((CASE_TITLES["latency"], ("who", "p50 ms", "p99 ms", "largest ms"), list(lines)))
    if of_backlog := [one for one in rows if one.case.startswith("backlog")]:
        parts = [
            (one.case.removeprefix("backlog, "), f"{one.events:,}", f"{one.rate:,.0f}", _memory(one, one.memory)) for one in of_backlog
        ]
        found.append((CASE_TITLES["backlog"], ("part", "events", "events/s", "peak MB"), list(parts)))
    return found


def goal_rows(results: Iterable[Result]) -> tuple[Sequence[str], list[Sequence[str]]]:
    return ("goal", "wanted", "reached", "verdict"), [goal_line(goal) for goal in goals(medians(results))]


def table(results: Sequence[Result]) -> str:
    """For the terminal."""
    parts = [f"{title}\n{aligned(head, rows)}" for title, head, rows in blocks(results)]
    return "\n\n".join([*parts, aligned(*goal_rows(results))])


def _line(one: Result, limit: Result | None) -> Sequence[str]:
    cpu = [sum(one.cpu.get(kind, 0.0) for kind in kinds) for kinds in CPU.values()]
    return (
        CANDIDATES[one.candidate].title,
        f"{one.events:,}",
        str(one.senders),
        f"{one.rate:,.0f}",
        f"{one.rate / limit.rate:.2f}" if limit else "",
        *(f"{value:.2f}" if value else "" for value in cpu),
        _memory(one, CPU["out"]),
        _memory(one, CPU["in"]),
    )


def _memory(one: Result, kinds: Iterable[str]) -> str:
    return next((f"{one.memory[kind]:.0f}" for kind in kinds if kind in one.memory), "")


def goal_line(goal: Goal) -> Sequence[str]:
    digits = 2 if goal.unit == "×" else 1
    wanted = f"{'at least' if goal.least else 'at most'} {goal.target:g} {goal.unit}"
    return goal.text, wanted, "" if goal.value is None else f"{goal.value:.{digits}f} {goal.unit}", goal.verdict()


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] + ["---:"] * (len(head) - 1), *rows)]
    return "\n".join(lines)


def facts(record: Mapping[str, object]) -> str:
    """`name value` of a mapping, in one line."""
    return ", ".join(f"{name} {value}" for name, value in record.items())
