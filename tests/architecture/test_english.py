"""No German sentence stands in the code without its English: not in a refusal, a choice, a role, a state or a label, however it is reached.

Each package's own test knows the functions its texts go through. This one knows none: it takes every string that reads like German, so that
a text shown by a way nobody thought of is found too. A single word without an umlaut is not recognised as German.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from kim_tools.tree import ROOT
from kim_web.language import english_of

pytestmark = pytest.mark.slow  # reads every file of every package

PACKAGES = sorted(path for parent in ("shared", "services") for path in (ROOT / parent).glob("*/kim_*") if path.is_dir())
GERMAN = re.compile(r"[äöüßÄÖÜ]|\b(der|die|das|und|oder|nicht|keine?|für|von|mit|zum|zur|ist|wird|noch|heute|bis|vom)\b")
ADDRESS = re.compile(r"/[\w/<>.:-]*|[a-zäöüß]+(_[a-z]+)*|ß")  # a path, a name of a field, a letter
ELSEWHERE = {
    "kim_reference",  # code lists, both languages in each entry
    "kim_events",  # examples of the catalogue
    "kim_referral/letters",  # what is printed for the receiver, in German, and for the person, in their language
    "kim_audit/command.py",  # a shell speaks to operators; the page says the same by kim_service
}


def texts(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Every string but docstrings and those that stand beside their English, and whether it is a part of a longer one."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            left_out.add(id(node.value))
        if isinstance(node, ast.Dict) and {"de", "en"} <= {key.value for key in node.keys if isinstance(key, ast.Constant)}:
            left_out |= {id(part) for value in node.values for part in ast.walk(value)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value, id(node) in parts


@pytest.mark.parametrize("library", [one for one in PACKAGES if one.name not in ELSEWHERE], ids=lambda library: library.name)
def test_every_text_that_reads_german_has_its_english(library: Path) -> None:
    english: dict[str, str] = {}
    for name in (library.name, "kim_web", "kim_service"):  # libraries without a catalogue are read by those two
        english |= english_of(name)
    missing = [
        f"{path.relative_to(library)}: {text}"
        for path in sorted(library.rglob("*.py"))
        if "migrations" not in path.parts and not any(f"{library.name}/{path.relative_to(library)}".startswith(out) for out in ELSEWHERE)
        for text, part in texts(ast.parse(path.read_text(encoding="utf-8")))
        if GERMAN.search(text) and text not in english and not ADDRESS.fullmatch(text)
        if not (part and any(text in whole for whole in english))
    ]
    assert missing == []
