"""Frozen reports (Festschreibung): a numbered file that never changes; what was entered later is shown as a difference."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

NAME = re.compile(r"^report-([0-9]{4}-[0-9]{2})\.json$")
# Chapters whose leaves are figures. What describes the report itself is not compared.
CHAPTERS = (
    "consultations", "hand_overs", "proposals", "referrals", "admissions", "cases", "persons_in_cases", "contacts", "orders_placed",
    "interpreting", "staffing", "partners",
)  # fmt: skip
DAYS_TOLD = frozenset({"told", "told_how"})  # of which days figures are: none themselves


class Changed(Exception):
    """A frozen report's file was altered after it was frozen."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen report: its number (`2022-01`), when and by whom it was frozen, and the report."""

    number: str
    frozen_at: datetime
    frozen_by: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that reads otherwise now: path, value then, value now. An absent value is None."""

    path: str
    then: str | None
    now: str | None

    @property
    def change(self) -> Decimal | None:
        """How much it grew, where both are numbers."""
        try:
            return Decimal(self.now or "0") - Decimal(self.then or "0")
        except InvalidOperation:
            return None


def freeze(folder: Path, report: Mapping[str, Any], by: str, at: datetime) -> Frozen:
    """Write the report under the next number of its year. The file appears whole or not at all, and never over another one."""
    folder.mkdir(parents=True, exist_ok=True)
    year = str(report["period"]["to"])[:4]
    taken = [int(number[5:]) for number in numbers(folder) if number.startswith(year)]
    sealed = {"frozen_at": at.isoformat(), "frozen_by": by, "report": report}
    for count in range(max(taken, default=0) + 1, 100):
        number = f"{year}-{count:02}"
        content = json.dumps({"number": number, "digest": _digest(sealed), **sealed}, ensure_ascii=False, indent=1)
        draft = folder / f".{number}.{os.getpid()}"
        draft.write_text(content, encoding="utf-8")
        try:
            os.link(draft, folder / f"report-{number}.json")  # fails when somebody froze one at the same moment
        except FileExistsError:
            continue
        finally:
            draft.unlink()
        return load(folder, number)
    raise ValueError(f"there are 99 frozen reports of {year} already")


def numbers(folder: Path) -> list[str]:
    """The numbers of the frozen reports, oldest first."""
    return sorted(match[1] for path in folder.glob("report-*.json") if (match := NAME.match(path.name)))


def load(folder: Path, number: str) -> Frozen:
    """Raises FileNotFoundError, or Changed when the file is not what was frozen."""
    content = json.loads((folder / f"report-{number}.json").read_text(encoding="utf-8"))
    sealed = {name: content[name] for name in ("frozen_at", "frozen_by", "report")}
    if content["digest"] != _digest(sealed):
        raise Changed(number)
    return Frozen(number, datetime.fromisoformat(content["frozen_at"]), content["frozen_by"], content["report"])


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Every figure that reads otherwise in `now` than in `then`."""
    before, after = dict(_leaves(then)), dict(_leaves(now))
    return [
        Difference(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def _leaves(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for chapter in CHAPTERS:
        yield from _below(chapter, report.get(chapter))


def _below(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key in DAYS_TOLD:
                continue
            yield from _below(f"{path}.{key}", below)
    elif isinstance(value, list):
        yield path, json.dumps(value, ensure_ascii=False)
    elif value is not None and not isinstance(value, bool):
        yield path, str(value)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
