"""What the actions of the report are, in a few words: for keys of programs and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kim_web.language import mark

ACTION_WORDS: Final[Mapping[str, str]] = {
    "report.freeze": mark("Berichte festschreiben"),
    "report.read_frozen": mark("Festgeschriebene Berichte ansehen"),
    "report.see": mark("Berichte und ihre Zahlen ansehen"),
}
