"""`./kim sbom [--out DIR]`: what each distribution is made of, as a CycloneDX 1.6 document (software bill of materials, Stückliste).

The same tree gives the same bytes: no date is in it, and the serial number is made from the content.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.exceptions import FactoryException
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kim_tools.tree import ROOT, libraries, services

PINS = "requirements/run.txt"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# Not imported by a service, but run on their own.
PROGRAMS = ("report", "login")


@dataclass(frozen=True)
class Pin:
    """A package as it is installed: exactly this version, one of these files."""

    version: str
    hashes: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./kim sbom", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var/sbom", help="folder for the documents (default: var/sbom)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name in distributions():
        document = bill(name)
        path = options.out / f"{name}.cdx.json"
        path.write_text(document, encoding="utf-8")
        print(f"kim sbom: {path} ({len(json.loads(document)['components'])} components)")
    return 0


def distributions() -> list[str]:
    """What is installed and run as a whole."""
    return [f"kim-{name}" for name in (*services(), *(name for name in PROGRAMS if name in libraries()))]


def bill(name: str) -> str:
    """The document of one distribution, as JSON."""
    pins, projects = pinned(), own_projects()
    needed = closure(name, pins, projects)
    components = {key: _component(key, pins, projects) for key in needed}
    bom = Bom(components=[one for key, one in components.items() if key != name], metadata=BomMetaData(component=components[name]))
    bom.metadata.timestamp = None  # type: ignore[assignment]  # the schema asks for none, and it would change each time
    for key, direct in needed.items():
        bom.register_dependency(components[key], [components[one] for one in direct])
    return _written(bom)


def closure(name: str, pins: dict[str, Pin], projects: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """All that the distribution needs on this kind of machine, each with what it needs directly."""
    found: dict[str, list[str]] = {}
    waiting = [(name, frozenset[str]())]
    while waiting:
        key, extras = waiting.pop()
        texts = projects[key]["dependencies"] if key in projects else _requires(key)
        direct = set(found.get(key, ()))
        for needed in map(Requirement, texts):
            one = canonicalize_name(needed.name)
            wanted = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in (extras or {""}))
            if not wanted or (one not in pins and one not in projects):
                continue
            if one not in direct:
                direct.add(one)
                waiting.append((one, frozenset(needed.extras)))
        found[key] = sorted(direct)
    return dict(sorted(found.items()))


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []  # pinned for another kind of machine


def pinned() -> dict[str, Pin]:
    """What requirements/run.txt pins."""
    found: dict[str, Pin] = {}
    name = ""
    for line in (ROOT / PINS).read_text(encoding="utf-8").splitlines():
        if match := _PIN.match(line):
            name = canonicalize_name(match[1])
            found[name] = Pin(match[2], ())
        for digest in _HASH.findall(line):
            found[name] = Pin(found[name].version, (*found[name].hashes, digest))
    return found


def own_projects() -> dict[str, dict[str, Any]]:
    """The distributions of this tree, by name: what their pyproject.toml says of them."""
    paths = [*ROOT.glob("shared/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]
    read = (tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in sorted(paths))
    return {project["name"]: {"dependencies": [], **project} for project in read}


def _component(name: str, pins: dict[str, Pin], projects: dict[str, dict[str, Any]]) -> Component:
    if name in projects:
        project = projects[name]
        return Component(
            type=ComponentType.APPLICATION, name=name, version=project["version"], description=project["description"], bom_ref=name
        )
    pin = pins[name]
    # A package has several files, and a machine takes the one that fits: each digest is named, and none is said to be the only one.
    several = [Property(name="kim:sha256-of-a-file", value=digest) for digest in pin.hashes]
    only = [HashType(alg=HashAlgorithm.SHA_256, content=pin.hashes[0])] if len(pin.hashes) == 1 else []
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=pin.version,
        purl=PackageURL("pypi", None, name, pin.version),
        bom_ref=f"{name}=={pin.version}",
        hashes=only,
        properties=several,
        licenses=_licences(name),
    )


def _licences(name: str) -> list[Any]:
    try:
        known: Any = metadata(name)
    except PackageNotFoundError:
        return []
    said = known.get("License-Expression") or known.get("License") or ""
    if not said or "\n" in said or len(said) > 80:  # some write the whole text there
        classes = [entry.rpartition(" :: ")[2] for entry in known.get_all("Classifier") or () if entry.startswith("License ::")]
        return [LicenseFactory().make_with_name(entry) for entry in classes]
    try:
        return [LicenseFactory().make_from_string(said)]
    except FactoryException:
        return [LicenseFactory().make_with_name(said)]


def _written(bom: Bom) -> str:
    bom.serial_number = uuid5(NAMESPACE_URL, "kim-verbund")
    first = JsonV1Dot6(bom).output_as_string(indent=2)
    bom.serial_number = uuid5(NAMESPACE_URL, first)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
