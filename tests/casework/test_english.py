"""Every German text a person can read has its English, and every English one is still used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from kim_casework.operations.admit_to_case_management import NOT_YET
from kim_casework.operations.order_interpreting import SIZE_MISSING
from kim_web.language import english_of

PACKAGE = Path(str(files("kim_casework")))
TRANSLATED = {"_": (0,), "mark": (0,), "plural": (0, 1), "Refused": (1,), "NotFound": (1,), "Forbidden": (1,)}


def texts_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place in TRANSLATED.get(node.func.id, ()):
                if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    yield str(node.args[place].value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in {"label", "hint"} and isinstance(value, ast.Constant):
                    yield str(value.value)


def texts_of_template(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r'_\(\s*"([^"]*)"', text)
    for one, many in re.findall(r'plural\(\s*"([^"]*)",\s*"([^"]*)"', text):
        yield from (one, many)


def german_texts() -> set[str]:
    found = {*NOT_YET.values(), *SIZE_MISSING.values()}
    for path in PACKAGE.rglob("*.py"):
        found |= set(texts_of_code(path))
    for path in PACKAGE.rglob("*.html"):
        found |= set(texts_of_template(path))
    return found


def test_every_text_has_its_english() -> None:
    assert sorted(german_texts() - set(english_of("kim_casework"))) == []


def test_no_english_is_left_without_its_german() -> None:
    assert sorted(set(english_of("kim_casework")) - german_texts()) == []


def test_placeholders_are_the_same_in_both() -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    wrong = [german for german, english in english_of("kim_casework").items() if placeholders(german) != placeholders(english)]
    assert wrong == []
