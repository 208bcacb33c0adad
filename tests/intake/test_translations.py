"""Every German text of intake has its English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import kim_intake
import pytest
from kim_intake.rules import codes
from kim_referral.doors import TRANSLATIONS
from kim_web.language import english_of

PACKAGE = Path(kim_intake.__file__).parent


def said_by_templates() -> set[str]:
    found: set[str] = set()
    for template in PACKAGE.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        found |= {match[1] or match[2] for match in re.finditer(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')\s*\)""", text)}
        for one, many in re.findall(r'\bplural\("([^"]+)", "([^"]+)"', text):
            found |= {one, many}
    return found


def said_by_code() -> set[str]:
    found: set[str] = set()
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= _said(node)
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found |= {
                    value.value
                    for key, value in pairs
                    if isinstance(key, ast.Constant) and key.value in ("label", "hint") and isinstance(value, ast.Constant)
                }
    return found


def _said(call: ast.Call) -> set[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
    if name in ("_", "plural", "ValidationError", "mark"):
        return set(texts)
    if name in ("Refused", "NotFound", "Forbidden"):
        return set(texts[1:2])
    return set(texts[:1]) if name == "NavEntry" else set()


def said_by_codes() -> set[str]:
    tables = [table for name, table in vars(codes).items() if name.isupper() and isinstance(table, dict)]
    return {words for table in tables for words in table.values()}


@pytest.mark.parametrize("collect", [said_by_templates, said_by_code, said_by_codes])
def test_every_german_text_has_its_english(collect: object) -> None:
    english: dict[str, str] = {}
    for package in ("kim_web", *TRANSLATIONS, "kim_intake"):
        english |= english_of(package)
    assert callable(collect)
    said = collect()
    assert said
    assert sorted(said - set(english)) == []


def test_no_english_text_is_left_over() -> None:
    said = said_by_templates() | said_by_code() | said_by_codes()
    assert sorted(set(english_of("kim_intake")) - said) == []
