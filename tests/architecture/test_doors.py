"""What a person can do on a page, a program of the house can do by the JSON door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(one.parent for one in ROOT.glob("s*/*/kim_*/operations"))
COMMANDED = ["session", "act", "command"]


def operations(package: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of whatever carries out a command."""
    for file in (package / "operations").glob("*.py"):
        for one in ast.parse(file.read_text()).body:
            if isinstance(one, ast.FunctionDef) and [each.arg for each in one.args.args[:3]] == COMMANDED:
                yield f"{package.name}.operations.{file.stem}", one.name


def called(folder: Path) -> Iterator[tuple[str, str]]:
    for file in folder.glob("*.py"):
        for one in ast.walk(ast.parse(file.read_text())):
            if isinstance(one, ast.ImportFrom):
                yield from ((one.module or "", each.name) for each in one.names)


@pytest.mark.parametrize("service", PACKAGES, ids=lambda one: one.name)
def test_whatever_a_page_does_the_json_door_does_too(service):
    by_page = {*operations(service)} & {*called(service / "pages")}
    assert by_page, "nothing is carried out: what this looks for is called otherwise now"
    assert sorted(by_page - {*called(service / "api")}) == []
