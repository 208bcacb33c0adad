"""What every template keeps to, wherever it stands: the same fields everywhere, and no look that no style sheet knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kim_tools.tree import ROOT

PAGES = sorted(path for parent in ("shared", "services") for path in (ROOT / parent).glob("*/kim_*/**/templates/**/*.html"))
STYLES = (ROOT / "shared/web/kim_web/static/kim.css").read_text(encoding="utf-8")
BROWSERS_OWN = re.compile(r"""type\s*=\s*["'](?:date|time|datetime-local|month|week)["']""")
WIDTH = re.compile(r"""kern\.\w+\([^{}]*?width=["']?(\w+)""")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_days_and_times_are_typed_and_fields_have_a_width_there_is(path: Path) -> None:
    """A date field of the browser looks otherwise in each and takes four stops of the Tab key (decision 0035)."""
    text = path.read_text(encoding="utf-8")
    assert BROWSERS_OWN.findall(text) == []
    assert [width for width in WIDTH.findall(text) if f".kim-width-{width} " not in STYLES] == []
