"""Which texts of a package still lack their English.

The texts are found where they are written: in templates by Jinja's own extraction, in Python by reading the source, so that refusals,
labels and hints count although no `_()` stands around them. Each package has a test that this finds nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from kim_web.language import english_of, texts_of

# function or class -> which arguments are texts (position, name)
_CALLS: dict[str, tuple[tuple[int, str], ...]] = {
    "_": ((0, "text"),),
    "mark": ((0, "text"),),
    "plural": ((0, "one"), (1, "many")),
    "NavEntry": ((0, "label"),),
    "Doors": ((1, "title"),),
    "Refused": ((1, "message"),),
    "NotFound": ((1, "message"),),
    "Forbidden": ((1, "message"),),
    "ValidationError": ((0, "message"),),
}
_METADATA = {"label", "hint"}


def missing_translations(package_dir: Path, po: Path) -> list[str]:
    """The German texts of a package that neither its `en.po` nor that of `kim_web` translates, sorted."""
    with po.open("rb") as file:
        known = texts_of(read_po(file, locale="en")) | english_of("kim_web")
    return sorted(set(texts_in(package_dir)) - set(known))


def texts_in(package_dir: Path) -> Iterator[str]:
    """Every text of a package that people read."""
    for path in sorted(package_dir.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted(package_dir.rglob("templates/**/*.html")):
        with path.open("rb") as file:
            for _line, _function, found, _comments in babel_extract(file, ("_", "plural"), (), {"silent": "false"}):
                yield from (text for text in (found if isinstance(found, tuple) else (found,)) if text)


def _in_python(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            for position, keyword in _CALLS.get(name, ()):
                given = [argument.value for argument in node.keywords if argument.arg == keyword]
                yield from _texts(node.args[position] if position < len(node.args) else given[0] if given else None)
            yield from (text for argument in node.keywords if argument.arg == "error" for text in _texts(argument.value))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _METADATA:
                    yield from _texts(value)


def _texts(node: ast.expr | None) -> Iterator[str]:
    """A text, or both of `"one" if … else "other"`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
