"""Every German text a person can read has its English, and every English one is still used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from kim_referral.rules.content import CATEGORY_LABELS
from kim_referral.rules.referral_rules import REJECTION_LABELS
from kim_referral.wording import PERSONS_LABEL, PURPOSE_LABEL
from kim_web.language import english_of

PACKAGE = Path(str(files("kim_referral")))
TRANSLATED_CALLS = {"_": 0, "mark": 0, "Refused": 1, "NotFound": 1}
SHARED_WITH_KIM_WEB = {"Abbrechen"}


def texts_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATED_CALLS:
            place = TRANSLATED_CALLS[node.func.id]
            if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                yield str(node.args[place].value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in {"label", "hint"} and isinstance(value, ast.Constant):
                    yield str(value.value)


def texts_of_template(path: Path) -> Iterator[str]:
    for quoted in re.findall(r"""_\(\s*("[^"]*"|'[^']*')\s*\)""", path.read_text(encoding="utf-8")):
        yield quoted[1:-1]


def german_texts() -> set[str]:
    found = {*CATEGORY_LABELS.values(), *REJECTION_LABELS.values(), PERSONS_LABEL, PURPOSE_LABEL}
    for path in PACKAGE.rglob("*.py"):
        found |= set(texts_of_code(path))
    for path in PACKAGE.rglob("*.html"):
        found |= set(texts_of_template(path))
    return found


def test_every_text_has_its_english() -> None:
    english = english_of("kim_referral") | {text: text for text in SHARED_WITH_KIM_WEB}
    assert sorted(german_texts() - set(english)) == []


def test_no_english_is_left_without_its_german() -> None:
    assert sorted(set(english_of("kim_referral")) - german_texts()) == []


def test_placeholders_are_the_same_in_both() -> None:
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [german for german, english in english_of("kim_referral").items() if placeholders(german) != placeholders(english)] == []
