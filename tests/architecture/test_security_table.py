"""The table of docs/security.md names only what is there."""

from __future__ import annotations

import re

from kim_tools.tree import ROOT

ROWS = [line for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| V")]
NAMED = sorted(set(re.findall(r"`((?:shared|services|tools|tests|docs)/[^`]+)`", "\n".join(ROWS))))


def test_every_file_and_test_of_the_security_table_is_there() -> None:
    assert len(NAMED) > 30
    missing = []
    for named in NAMED:
        path, _, test = named.partition("::")
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")):
            missing.append(named)
    assert missing == []


def test_every_chapter_of_the_standard_is_in_the_security_table() -> None:
    assert {int(chapter) for row in ROWS for chapter in re.findall(r"\bV(\d+)", row.split("|")[1])} == set(range(1, 18))
