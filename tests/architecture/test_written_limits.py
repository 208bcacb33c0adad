"""docs/limits.md says what the code says, and docs/data.md has every table of every database once."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from kim_audit.tables import metadata as audit
from kim_login.tables import metadata as login
from kim_tools.tree import ROOT
from kim_web.tables import metadata as web

LIMITS = re.findall(r"^\| ([^|]+) \| (\d+) \| `([\w.]+):([\w.]+)` \|$", (ROOT / "docs/limits.md").read_text(encoding="utf-8"), re.M)
DATA = (ROOT / "docs/data.md").read_text(encoding="utf-8")
LEVELS = set(re.findall(r"^- `(\w+)`: ", DATA, re.M))
# A unit that a duration is written in.
UNITS = {"days": timedelta(days=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "seconds": timedelta(seconds=1)}


def value_of(module: str, name: str) -> Any:
    """`kim_web.app`, `LARGEST_REQUEST`; of a settings record its default."""
    found: Any = import_module(module)
    owner, _, field = name.partition(".")
    found = getattr(found, owner)
    if field and is_dataclass(found):
        return next(entry.default for entry in fields(found) if entry.name == field)
    return found


@pytest.mark.parametrize(("what", "number", "module", "name"), LIMITS, ids=[limit[3] for limit in LIMITS])
def test_each_limit_is_the_one_in_the_code(what: str, number: str, module: str, name: str) -> None:
    value = value_of(module, name)
    if isinstance(value, timedelta):
        value = value / UNITS[what.split()[0]]
    assert value == int(number), what


def test_there_are_limits() -> None:
    assert len(LIMITS) > 30


def test_each_table_stands_there_once_with_a_level(services: dict[str, Any]) -> None:
    sections = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", DATA, re.M | re.S))
    told = {title: dict(re.findall(r"^\| `(\w+)` \| (\w+) \| .+ \|$", section, re.M)) for title, section in sections.items()}
    shared = told["Every process that signs people in, or lets them in"]
    bus, referrals = told["Every service on the bus"], told["Referrals (intake and casework)"]
    of_provider = {table for metadata in (web, audit, login) for table in metadata.tables}
    assert of_provider == set(shared) | set(told["The provider"])
    for name, service in services.items():
        tables = {table for metadata in service.metadata for table in metadata.tables}
        own = told[name.capitalize()]
        mine = set(shared) | set(bus) | set(own) | (set(referrals) if name in {"intake", "casework"} else set())
        assert tables - mine == set(), f"{name}: not in docs/data.md"
        assert mine - tables == set(), f"{name}: in docs/data.md and nowhere else"
    assert {level for section in told.values() for level in section.values()} <= LEVELS
    assert set(re.findall(r"^\| `(\w+)` \| .+ \| .+ \| .+ \| .+ \| .+ \| .+ \|$", DATA, re.M)) == LEVELS, (
        "what must be done stands behind each level"
    )
