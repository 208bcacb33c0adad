"""Tables on a telephone: there a row is lines, in which each cell stands behind the name of its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

_TAG: Final = re.compile(r"<(tr|td|th)\b([^>]*)>")
_SPAN: Final = re.compile(r'\bcolspan="(\d+)"')
Header = str | tuple[str, str]  # its words, perhaps with a class: a column of figures has "num"


def becomes_lines(headers: Sequence[Header]) -> bool:
    """A table of words does, from three columns on, or with a button beside them.

    Figures of two columns and more are compared down the column, so they stay one.
    """
    figures = sum(not isinstance(header, str) and header[1] == "num" for header in headers)
    return (len(headers) > 2 or headers[-1] == "") and figures < 2


def named_cells(rows: Markup, headers: Sequence[Header]) -> Markup:
    """The rows of a table (tr, td and th as written between `call` and `endcall`), each cell with its column's name in `data-label`.

    The first cell is the row's own name and has none, nor has a cell under a heading without words.
    """
    column = 0

    def name(found: re.Match[str]) -> str:
        nonlocal column
        tag, attributes = found.groups()
        if tag == "tr":
            column = 0
            return found[0]
        here, column = column, column + int(span[1] if (span := _SPAN.search(attributes)) else 1)
        header = headers[here] if 0 < here < len(headers) else ""
        words = header if isinstance(header, str) else header[0]
        return f'<{tag}{attributes} data-label="{Markup.escape(words)}">' if words else found[0]

    return Markup(_TAG.sub(name, rows))  # noqa: S704 - the rows are markup already, and the words are escaped
