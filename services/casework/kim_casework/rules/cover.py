"""How long somebody may stand in for a colleague."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

LONGEST_COVER: Final = timedelta(days=42)  # both days counted; who is away for longer gives the cases away


def cover_days(first: date, last: date) -> list[date]:
    """Every day of a cover, both ends counted: from 28 to 30 November there are three."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
