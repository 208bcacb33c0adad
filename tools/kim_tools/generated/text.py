"""How generated documents are written: JSON that differs by lines, tables that Markdown reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = "<!-- Written by ./kim generate; change the code, not this page. -->"


def as_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines) + "\n"
