"""Each distribution's bill of materials: valid, complete, and the same each time."""

from __future__ import annotations

import json

import pytest
from kim_tools import sbom

NAMES = sbom.distributions()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_bill_of_materials_follows_the_schema_of_cyclonedx(name: str) -> None:
    from cyclonedx.schema import SchemaVersion  # builds grammars for seconds: not in each process
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.bill(name)) is None


def test_all_four_services_and_the_report_have_a_bill() -> None:
    assert set(NAMES) >= {"kim-intake", "kim-casework", "kim-interpreting", "kim-staffing", "kim-report"}


def test_the_same_tree_gives_the_same_bytes() -> None:
    first = sbom.bill("kim-intake")
    assert first == sbom.bill("kim-intake")
    assert "timestamp" not in json.loads(first)["metadata"]


def test_a_bill_reaches_through_the_libraries_of_the_tree_to_what_they_need() -> None:
    found = {entry["name"]: entry for entry in json.loads(sbom.bill("kim-intake"))["components"]}
    assert {"kim-web", "kim-bus", "flask", "werkzeug", "sqlalchemy", "cryptography", "psycopg-binary"} <= set(found)
    assert "kim-casework" not in found
    assert "schemathesis" not in found  # a need of the tests
    pins = sbom.pinned()
    for name, entry in found.items():
        if name not in sbom.own_projects():
            assert entry["version"] == pins[name].version
            digests = [one["content"] for one in entry.get("hashes", ())] + [one["value"] for one in entry.get("properties", ())]
            assert sorted(digests) == sorted(pins[name].hashes), name
            assert entry["licenses"], name
