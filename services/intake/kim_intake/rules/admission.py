"""When a proposal for case management suggests itself. A hint with its rule beside it; no score decides."""

from __future__ import annotations

from typing import Final

FOLLOW_UPS_THAT_SUGGEST: Final = 2  # a setting of practice, to be agreed with casework; never a condition
TOPICS_THAT_SUGGEST: Final = 3  # "complex need": several topics at once


def suggests_admission(follow_ups: int, different_topics: int) -> bool:
    """Long-term support "follows from individual need and the number of follow-up consultations"."""
    return follow_ups >= FOLLOW_UPS_THAT_SUGGEST or (follow_ups >= 1 and different_topics >= TOPICS_THAT_SUGGEST)
