"""How generated documents are written: JSON that differs by lines, tables that Markdown reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = "<!-- Written by ./kim generate; change the code, not this page. -->"


KEYWORDS = ("$schema", "$id", "title", "description", "type", "format", "enum", "pattern", "default")


def in_order(node: Any) -> Any:
    """A document whose schemas have their keywords in one order: apispec takes some from a set, whose order changes with each process."""
    if isinstance(node, list):
        return [in_order(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    inner = {key: in_order(value) for key, value in node.items()}
    if not isinstance(inner.get("type"), (str, list)):
        return inner
    ranks = {keyword: rank for rank, keyword in enumerate(KEYWORDS)}
    return dict(sorted(inner.items(), key=lambda item: (ranks.get(item[0], len(ranks)), item[0])))


def as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines) + "\n"
