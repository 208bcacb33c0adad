"""`./kim advisories COPY`: which pinned components a downloaded copy of the OSV database knows to be vulnerable, and for how many days.

COPY is the zip file of an ecosystem as OSV gives it out (`PyPI/all.zip`), or a folder with its JSON documents. Nothing is asked of anybody.
Ends with 1 when something is found, with 2 when the copy holds nothing of PyPI or cannot be read: a copy that is empty is no good news.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from kim_tools.sbom import PINS, pinned

ECOSYSTEM = "PyPI"
FOUND, USELESS = 1, 2


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
    parser.add_argument("copy", type=Path, help="all.zip of PyPI from OSV, or a folder of its documents")
    options = parser.parse_args(arguments)
    try:
        known, found = look(documents(options.copy), {name: pin.version for name, pin in pinned().items()}, datetime.now(UTC))
    except (OSError, ValueError, zipfile.BadZipFile) as fault:
        sys.stderr.write(f"kim advisories: {options.copy} cannot be read: {fault}\n")
        return USELESS
    if not known:
        sys.stderr.write(f"kim advisories: {options.copy} says nothing of {ECOSYSTEM}\n")
        return USELESS
    for one in found:
        print(f"kim advisories: {one}")
    print(f"kim advisories: {known} advisories read, {len(found)} of them about what is pinned in {PINS}")
    return FOUND if found else 0


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


def look(advisories: Iterator[Mapping[str, Any]], of: Mapping[str, str], now: datetime) -> tuple[int, list[Finding]]:
    """How many advisories there are of the ecosystem, and which are about a pinned version. One that was withdrawn counts as none."""
    known, found = 0, set()
    versions = {str(canonicalize_name(name)): version for name, version in of.items()}
    for one in advisories:
        affected = [part for part in one.get("affected", ()) if part.get("package", {}).get("ecosystem") == ECOSYSTEM]
        if not affected or one.get("withdrawn"):
            continue
        known += 1
        for part in affected:
            name = str(canonicalize_name(part["package"]["name"]))
            if name in versions and is_affected(part, versions[name]):
                published = datetime.fromisoformat(one["published"].replace("Z", "+00:00"))
                found.add(Finding(name, versions[name], one["id"], (now - published).days, fixed_in(part)))
    return known, sorted(found)


def is_affected(part: Mapping[str, Any], version: str) -> bool:
    """Whether a version stands in the list of an advisory, or lies in one of its ranges (OSV 1.6, evaluation)."""
    if version in part.get("versions", ()):
        return True
    ours = Version(version)
    return any(_in_range(one.get("events", ()), ours) for one in part.get("ranges", ()) if one.get("type") == "ECOSYSTEM")


def fixed_in(part: Mapping[str, Any]) -> str:
    """The versions that end a range, in order."""
    events = [event for one in part.get("ranges", ()) if one.get("type") == "ECOSYSTEM" for event in one.get("events", ())]
    return ", ".join(dict.fromkeys(event["fixed"] for event in events if "fixed" in event))


def _in_range(events: Sequence[Mapping[str, str]], ours: Version) -> bool:
    """Events in their order: from `introduced` on it is affected, until it is `fixed`, or beyond the `last_affected`."""
    inside = False
    for event in sorted(events, key=_place):
        (kind, said), *_ = event.items()
        at = _version(said)
        if kind == "introduced" and ours >= at:
            inside = True
        elif (kind == "fixed" and ours >= at) or (kind == "last_affected" and ours > at):
            inside = False
    return inside


def _place(event: Mapping[str, str]) -> Version:
    return _version(next(iter(event.values())))


def _version(said: str) -> Version:
    """`0` is the beginning. What is no version of Python's is the beginning too: rather one too many is found than one too few."""
    try:
        return Version(said)
    except InvalidVersion:
        return Version("0")


if __name__ == "__main__":
    raise SystemExit(main())
