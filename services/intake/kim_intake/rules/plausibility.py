"""What looks unusual at the desk. A hint stands beside the field and never stops anybody from saving."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kim_intake.rules.codes import NO_COUNTRY

USUAL_AT_MOST: Final = 8  # persons at one table; two to five are usual
USUAL_SIZE: Final = (2, 5)
SAME_FAMILY_WITHIN: Final = timedelta(minutes=3)


def is_unusual_number(persons_present: int) -> bool:
    """55 instead of 5 is a slip of the hand; nine at a table happens."""
    return persons_present > USUAL_AT_MOST


def may_be_same_family(earlier_at: datetime, earlier_origin: str, at: datetime, origin: str) -> bool:
    """Whether an entry looks like the one before it at the same desk: same known origin, within three minutes."""
    return earlier_origin == origin and origin not in NO_COUNTRY and timedelta(0) <= at - earlier_at < SAME_FAMILY_WITHIN
