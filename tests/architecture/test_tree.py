"""The tree: the same rooms in every service, words of the field in every name, nothing left half done."""

import re
import subprocess
import sys
import tomllib

import pytest
from kim_tools.tree import ROOT, SERVICES

ROOMS = {"__init__.py", "__main__.py", "service.py", "doors.py", "metrics.py", "py.typed",
         "api", "pages", "reactions", "operations", "model", "rules", "migrations", "locale"}  # fmt: skip
LONGEST_FILE = 400
# Names that say nothing of what is inside draw everything in.
DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "base_classes", "managers", "tools"}


def test_import_rules_hold():
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
                          cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_service_has_the_same_rooms(service_name):
    package = ROOT / f"services/{service_name}/kim_{service_name}"
    assert {path.name for path in package.iterdir()} - {"__pycache__"} == ROOMS


def test_every_package_is_a_distribution_of_its_own(package, folder):
    project = tomllib.loads((folder.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == package.replace("_", "-")
    assert (folder.parent / "README.md").stat().st_size > 0


def test_a_distribution_names_every_package_of_the_tree_that_it_imports(package, folder):
    project = tomllib.loads((folder.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=! ]", name)[0].replace("-", "_") for name in project["dependencies"]}
    imported = set()
    for path in folder.rglob("*.py"):
        imported |= set(re.findall(r"^\s*(?:from|import) (kim_[a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert imported - {package} <= named


def test_no_name_is_a_drawer_for_everything(product_files):
    names = {path.stem for path in product_files} | {part for path in product_files for part in path.relative_to(ROOT).parts[1:-1]}
    assert not names & DRAWERS


def test_a_file_that_grew_too_long_wants_to_be_two(product_files):
    lines = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in product_files}
    assert not {path: count for path, count in lines.items() if count > LONGEST_FILE}


@pytest.mark.parametrize("mark", ["TODO", "FIXME", "XXX", "HACK", "NotImplementedError", "pragma: no cover"])
def test_nothing_is_left_half_done(product_files, mark):
    assert not [str(path.relative_to(ROOT)) for path in product_files if re.search(rf"\b{mark}\b", path.read_text(encoding="utf-8"))]


def test_no_requirement_names_a_registry():
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8")
        assert "index-url" not in path.read_text(encoding="utf-8")


def test_every_requirement_is_pinned_with_hashes():
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
        assert all(re.match(r"[a-zA-Z0-9_.\[\]-]+==", pin) and "--hash=sha256:" in pin for pin in pins)


def test_the_tests_mirror_the_tree():
    rooms = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert {*SERVICES, "events", "bus", "web", "runtime", "reference", "referral", "statistics", "report"} <= rooms
