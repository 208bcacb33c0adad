"""`./kim advisories COPY …`: which pinned components a downloaded copy of the OSV database knows to be vulnerable, and for how many days.

COPY is the zip file of an ecosystem as OSV gives it out (`PyPI/all.zip`, `npm/all.zip`), or a folder with its JSON documents. Nothing is
asked of anybody. That of npm is for what the tests with a foreign provider are made of; without it, it says that it did not look there.
Ends with 1 when something is found, with 2 when no copy holds anything of PyPI or one cannot be read: a copy that is empty is no good news.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from kim_tools.sbom import PINS, pinned
from kim_tools.tree import ROOT

PYPI, NPM = "PyPI", "npm"
LOCK = "tests/federation/package-lock.json"
RANGES = ("ECOSYSTEM", "SEMVER")  # the other kind is of commits
FOUND, USELESS = 1, 2


@dataclass(frozen=True)
class Component:
    """What is pinned, by the name its ecosystem compares."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True, order=True)
class Finding:
    """A component as it is pinned, and what is known of it."""

    component: str
    version: str
    advisory: str
    days: int  # since it was published
    fixed_in: str

    def __str__(self) -> str:
        cure = f"fixed in {self.fixed_in}" if self.fixed_in else "no version is said to be without it"
        return f"{self.component} {self.version}: {self.advisory}, known for {self.days} days; {cure}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./kim advisories", description=__doc__)
    parser.add_argument(
        "copies", metavar="COPY", type=Path, nargs="+", help="all.zip of PyPI or npm from OSV, or a folder of its documents"
    )
    options = parser.parse_args(arguments)
    known, found = Counter[str](), set[Finding]()
    for copy in options.copies:
        try:
            of_copy, found_there = look(documents(copy), components(), datetime.now(UTC))
        except (OSError, ValueError, zipfile.BadZipFile) as fault:
            sys.stderr.write(f"kim advisories: {copy} cannot be read: {fault}\n")
            return USELESS
        known += of_copy
        found.update(found_there)
    if not known[PYPI]:
        sys.stderr.write(f"kim advisories: {', '.join(map(str, options.copies))} says nothing of {PYPI}\n")
        return USELESS
    for one in sorted(found):
        print(f"kim advisories: {one}")
    print(f"kim advisories: {known.total()} advisories read, {len(found)} of them about what is pinned")
    print(f"kim advisories: looked at {PINS}{f' and {LOCK}' if known[NPM] else f'; not at {LOCK}, which needs the copy of {NPM}'}")
    return FOUND if found else 0


def components() -> list[Component]:
    """Everything pinned: what the services run with, and what the tests with a foreign provider run."""
    ours = [Component(PYPI, str(canonicalize_name(name)), pin.version) for name, pin in pinned().items()]
    lock = json.loads((ROOT / LOCK).read_text(encoding="utf-8"))["packages"]
    return ours + [Component(NPM, place.rpartition("node_modules/")[2], one["version"]) for place, one in lock.items() if place]


def documents(copy: Path) -> Iterator[Mapping[str, Any]]:
    """Raises OSError, BadZipFile, ValueError."""
    if copy.is_dir():
        for path in sorted(copy.rglob("*.json")):
            yield json.loads(path.read_bytes())
        return
    with zipfile.ZipFile(copy) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def look(advisories: Iterator[Mapping[str, Any]], ours: Collection[Component], now: datetime) -> tuple[Counter[str], list[Finding]]:
    """How many advisories there are of each ecosystem, and which are about something pinned. One that was withdrawn counts as none."""
    known, found = Counter[str](), set[Finding]()
    pins: dict[tuple[str, str], list[Component]] = {}
    for one in ours:
        pins.setdefault((one.ecosystem, one.name), []).append(one)
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        affected = [(part["package"]["ecosystem"], part) for part in advisory.get("affected", ()) if "package" in part]
        known.update({ecosystem for ecosystem, _ in affected} & {PYPI, NPM})
        for ecosystem, part in affected:
            name = part["package"]["name"]
            for pin in pins.get((ecosystem, str(canonicalize_name(name)) if ecosystem == PYPI else name), ()):
                if is_affected(part, pin):
                    published = datetime.fromisoformat(advisory["published"].replace("Z", "+00:00"))
                    found.add(Finding(pin.name, pin.version, advisory["id"], (now - published).days, fixed_in(part)))
    return known, sorted(found)


def is_affected(part: Mapping[str, Any], pin: Component) -> bool:
    """Whether a version stands in the list of an advisory, or lies in one of its ranges (OSV 1.6, evaluation)."""
    place = _place_in_npm if pin.ecosystem == NPM else _place_in_pypi
    return pin.version in part.get("versions", ()) or any(
        _in_range(one.get("events", ()), pin.version, place) for one in part.get("ranges", ()) if one.get("type") in RANGES
    )


def fixed_in(part: Mapping[str, Any]) -> str:
    """The versions that end a range, in order."""
    events = [event for one in part.get("ranges", ()) if one.get("type") in RANGES for event in one.get("events", ())]
    return ", ".join(dict.fromkeys(event["fixed"] for event in events if "fixed" in event))


def _in_range(events: Sequence[Mapping[str, str]], version: str, place: Callable[[str], Any]) -> bool:
    """Events in their order: from `introduced` on it is affected, until it is `fixed`, or beyond the `last_affected`."""
    inside, ours = False, place(version)
    for event in sorted(events, key=lambda event: place(next(iter(event.values())))):
        (kind, said), *_ = event.items()
        at = place(said)
        if kind == "introduced" and ours >= at:
            inside = True
        elif (kind == "fixed" and ours >= at) or (kind == "last_affected" and ours > at):
            inside = False
    return inside


def _place_in_pypi(said: str) -> Version:
    """`0` is the beginning. What is no version of Python's is the beginning too: rather one too many is found than one too few."""
    try:
        return Version(said)
    except InvalidVersion:
        return Version("0")


def _place_in_npm(said: str) -> tuple[list[int], bool, list[tuple[bool, int, str]]]:
    """Semantic Versioning 2.0.0, 11: by the three numbers; one that is tried out is before the one it will be. `0` is the beginning."""
    numbers, _, tried_out = said.partition("+")[0].partition("-")
    parts = [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in tried_out.split(".")] if tried_out else []
    return [int(number) for number in numbers.split(".")], not tried_out, parts


if __name__ == "__main__":
    raise SystemExit(main())
