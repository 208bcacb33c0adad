"""A downloaded copy of the OSV database is read, and a component that is known to be vulnerable is named."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kim_tools import advisories
from kim_tools.advisories import NPM, PYPI, Component, components
from kim_tools.sbom import pinned

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def advisory(name: str = "Flask", ecosystem: str = PYPI, **part: Any) -> dict[str, Any]:
    """As OSV writes it."""
    affected = {"package": {"ecosystem": ecosystem, "name": name}, **part}
    return {"id": "PYSEC-2026-1", "published": "2026-11-16T00:00:00Z", "affected": [affected]}


def range_of(*events: dict[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


@pytest.mark.parametrize(
    ("version", "part", "is_found"),
    [
        ("3.1.3", {"versions": ["3.1.2", "3.1.3"]}, True),
        ("3.1.3", {"versions": ["3.1.2"]}, False),
        ("3.1.3", range_of({"introduced": "0"}, {"fixed": "3.1.4"}), True),
        ("3.1.3", range_of({"introduced": "0"}, {"fixed": "3.1.3"}), False),
        ("3.1.3", range_of({"introduced": "3.1.3"}, {"last_affected": "3.1.3"}), True),
        ("3.1.3", range_of({"introduced": "0"}, {"last_affected": "3.1.2"}), False),
        ("3.1.3", range_of({"introduced": "3.2"}, {"fixed": "3.3"}), False),
        ("3.10.0", range_of({"introduced": "3.9"}, {"fixed": "3.11"}), True),
        ("2.5", range_of({"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "2.4"}, {"fixed": "2.6"}), True),
        ("2.2", range_of({"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "2.4"}, {"fixed": "2.6"}), False),
        ("3.1.3", range_of({"fixed": "3.1.4"}, {"introduced": "0"}), True),
        ("3.1.3", {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
    ],
)
def test_a_version_is_affected_as_the_advisory_says(version: str, part: dict[str, Any], is_found: bool) -> None:
    known, found = advisories.look(iter([advisory(**part)]), [Component(PYPI, "flask", version)], NOW)
    assert known == {PYPI: 1}
    assert bool(found) is is_found


def test_names_are_compared_as_the_index_compares_them_and_days_are_counted() -> None:
    one = advisory("flask_wtf", **range_of({"introduced": "0"}, {"fixed": "1.3.1"}))
    (found,) = advisories.look(iter([one]), [Component(PYPI, "flask-wtf", "1.3.0")], NOW)[1]
    assert str(found) == "flask-wtf 1.3.0: PYSEC-2026-1, known for 10 days; fixed in 1.3.1"


def test_what_was_withdrawn_or_is_of_others_counts_as_none() -> None:
    withdrawn = {**advisory(versions=["3.1.3"]), "withdrawn": "2026-11-20T00:00:00Z"}
    of_others = advisory(versions=["3.1.3"])
    of_others["affected"][0]["package"]["ecosystem"] = "Go"
    assert advisories.look(iter([withdrawn, of_others]), [Component(PYPI, "flask", "3.1.3")], NOW) == ({}, [])


@pytest.mark.parametrize(
    ("version", "events", "is_found"),
    [
        ("9.13.3", [{"introduced": "0"}, {"fixed": "9.13.4"}], True),
        ("9.13.3", [{"introduced": "0"}, {"fixed": "9.13.3"}], False),
        ("9.13.3", [{"introduced": "9.2.0"}, {"fixed": "9.13.3-next.1"}], False),
        ("2.0.0-beta.2", [{"introduced": "0"}, {"fixed": "2.0.0"}], True),
        ("2.0.0-beta.11", [{"introduced": "2.0.0-beta.2"}, {"fixed": "2.0.0"}], True),
        ("2.0.0-1", [{"introduced": "2.0.0-alpha"}], False),
    ],
)
def test_a_package_of_npm_is_affected_by_the_order_of_its_versions(version: str, events: list[dict[str, str]], is_found: bool) -> None:
    one = advisory("oidc-provider", NPM, ranges=[{"type": "SEMVER", "events": events}])
    known, found = advisories.look(iter([one]), [Component(NPM, "oidc-provider", version)], NOW)
    assert known == {NPM: 1}
    assert bool(found) is is_found


def test_every_version_in_the_lock_of_npm_is_looked_at_and_a_name_is_of_its_ecosystem() -> None:
    locked = [one for one in components() if one.ecosystem == NPM]
    assert {one.version for one in locked if one.name == "mime-db"} >= {"1.52.0", "1.54.0"}
    everything = {"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}
    for one in locked:
        assert one in [
            Component(NPM, found.component, found.version)
            for found in advisories.look(iter([advisory(one.name, NPM, **everything)]), locked, NOW)[1]
        ]
        assert not advisories.look(iter([advisory(one.name, PYPI, **everything)]), locked, NOW)[1]


def test_without_the_copy_of_npm_the_command_says_what_it_did_not_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of_pypi, of_npm = tmp_path / "pypi", tmp_path / "npm"
    for folder, one in (
        (of_pypi, advisory("nothing-of-ours", versions=["1"])),
        (of_npm, advisory("oidc-provider", NPM, versions=["9.13.3"])),
    ):
        folder.mkdir()
        (folder / "a.json").write_text(json.dumps(one))
    assert advisories.main([str(of_pypi)]) == 0
    assert "not at tests/federation/package-lock.json" in capsys.readouterr().out
    assert advisories.main([str(of_pypi), str(of_npm)]) == 1
    assert "oidc-provider 9.13.3" in (said := capsys.readouterr().out)
    assert "not at" not in said
    assert advisories.main([str(of_npm)]) == 2


@pytest.mark.parametrize("as_zip", [True, False])
def test_the_command_reads_the_pins_of_the_tree(tmp_path: Path, as_zip: bool, capsys: pytest.CaptureFixture[str]) -> None:
    flask = pinned()["flask"].version
    texts = {"a.json": json.dumps(advisory(versions=[flask])), "b.json": json.dumps(advisory("nothing-of-ours", versions=["1"]))}
    copy = tmp_path / ("all.zip" if as_zip else "folder")
    if as_zip:
        with zipfile.ZipFile(copy, "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
    else:
        copy.mkdir()
        for name, text in texts.items():
            (copy / name).write_text(text)
    assert advisories.main([str(copy)]) == 1
    said = capsys.readouterr().out
    assert f"flask {flask}: PYSEC-2026-1" in said
    assert "2 advisories read, 1 of them" in said


def test_the_front_door_leads_to_it(tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "kim_tools.advisories", str(tmp_path / "nowhere.zip")]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_a_copy_that_says_nothing_is_no_good_news(tmp_path: Path) -> None:
    assert advisories.main([str(tmp_path)]) == 2
    (tmp_path / "x.json").write_text("{")
    assert advisories.main([str(tmp_path)]) == 2
    assert advisories.main([str(tmp_path / "nowhere.zip")]) == 2
    (tmp_path / "x.json").write_text(json.dumps(advisory("nothing-of-ours", versions=["1"])))
    assert advisories.main([str(tmp_path)]) == 0
