"""Rows that anybody outside can cause, without a name or a session, are written only so often; the next one says what was left out."""

from __future__ import annotations


def with_left_out(reason: str, left_out: int) -> str:
    """The reason of a row, with how many like it were left out before."""
    return f"{reason}; {left_out} more before were not written" if left_out else reason
