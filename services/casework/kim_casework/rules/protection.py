"""Protected cases, emergencies and covers: the reasons, and how long what lasts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

# Of a colleague who is a client too; a block on disclosing the address (§ 51 BMG, § 52 BMG for shelters); in danger; known to the public.
PROTECTION_REASONS: Final = ("colleague", "disclosure_block", "endangered", "well_known")
ABOUT_A_COLLEAGUE: Final = "colleague"  # needs to say about whom
SHORTEST_REASON: Final = 20  # letters of a reason that says something
EMERGENCY_MINUTES: Final = 60  # unless the house says otherwise (KIM_EMERGENCY_MINUTES)
EMERGENCIES_SHOWN_FOR: Final = timedelta(days=28)
LONGEST_COVER: Final = timedelta(days=42)  # both days counted; who is away for longer gives the cases away


def cover_days(first: date, last: date) -> list[date]:
    """Every day of a cover, both ends counted: from 28 to 30 November there are three."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
