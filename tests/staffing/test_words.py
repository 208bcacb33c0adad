"""The words of staffing: German complete in English, and no sentence that certifies anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from kim_web.language import english_of

PACKAGE = Path(str(files("kim_staffing")))
SOURCES = sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html", ".po"})
FORBIDDEN = re.compile(r"gültig|zulässig|wirksam|rechtmäßig|rechtssicher", re.IGNORECASE)
FORBIDDEN_ENGLISH = re.compile(r"\b(valid|invalid|lawful|legally|permissible|admissible)\b", re.IGNORECASE)
IN_TEMPLATE = re.compile(r"""(?:\b_|plural)\((?:"([^"]*)"|'([^']*)')(?:, "([^"]*)")?""")
SAID = {
    "_": (0,),
    "mark": (0,),
    "plural": (0, 1),
    "Word": (0,),
    "NavEntry": (0,),
    "Refused": (1,),
    "NotFound": (1,),
    "Finding": (1,),
    "Lead": (1,),
}


def texts() -> Iterator[tuple[str, str]]:
    """(file, German text) of everything that is shown to people."""
    for path in SOURCES:
        name = str(path.relative_to(PACKAGE))
        if path.suffix == ".html":
            for found in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
                yield from ((name, text) for text in found.groups() if text)
        elif path.suffix == ".py":
            yield from ((name, text) for text in _in_python(ast.parse(path.read_text(encoding="utf-8"))))


def _in_python(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
            yield from (_text(node.args[place]) for place in SAID[node.func.id] if place < len(node.args))
        if isinstance(node, ast.Dict):
            yield from (
                _text(value)
                for key, value in zip(node.keys, node.values, strict=True)
                if key is not None and _text(key) in ("label", "hint")
            )
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            called = target.id if isinstance(target, ast.Name) else ""
            if called == "words" and node.value is not None:
                yield _text(node.value)
            if called in {"PAST_THE_END", "AFTER_THE_END"} and node.value is not None:
                yield _text(node.value)
            if (called.endswith("_WORDS") or called in {"GROUNDS", "ANSWERS", "EARLIER"}) and isinstance(node.value, ast.Dict):
                yield from (_text(value) for value in node.value.values)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_german_text_has_its_english() -> None:
    english = english_of("kim_staffing") | english_of("kim_web")
    missing = sorted(
        {text.encode().decode("unicode_escape").encode("latin-1").decode() if "\\" in text else text for _, text in texts() if text}
    )
    assert [text for text in missing if text not in english] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for german, english in english_of("kim_staffing").items():
        assert set(re.findall(r"\{(\w+)\}", german)) == set(re.findall(r"\{(\w+)\}", english)), german


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_certifies_anything(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_no_english_text_certifies_anything() -> None:
    assert [text for text in english_of("kim_staffing").values() if FORBIDDEN_ENGLISH.search(text)] == []


def test_no_english_text_is_left_over() -> None:
    shown = {text for _, text in texts()} | {"keine Zusage"}  # a fallback within an expression
    assert sorted(set(english_of("kim_staffing")) - shown) == []
