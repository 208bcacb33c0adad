"""Numbers a house gives: gapless within a kind and a year."""

from __future__ import annotations

CASE = "case"
ORDER = "order"
_PREFIX = {CASE: "", ORDER: "D-"}


def numbered(kind: str, year: int, serial: int) -> str:
    """`2022-0041` for a case, `D-2022-0012` for an order; serial counts from 1."""
    if serial < 1:
        raise ValueError("a serial counts from 1")
    return f"{_PREFIX[kind]}{year:04}-{serial:04}"


def short_number(number: str) -> str:
    """The last part, as people say it: `2022-0041` -> `0041`."""
    return number.rsplit("-", 1)[-1]
