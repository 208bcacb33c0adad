"""Protected things and emergencies: the reasons, the states, and how long what lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

PROTECTED_READER: Final = "protected_case_reader"  # the role with the special right (Zugang zu geschützten Akten)

# The states of a thing in a table of rules. For the last there is no line: nobody has anything to do with the record about themselves.
UNPROTECTED: Final = "unprotected"
PROTECTED: Final = "protected"
ABOUT_ONESELF: Final = "about_oneself"

# Of a colleague who is a client too; a block on disclosing the address (§ 51 BMG, § 52 BMG for shelters); in danger; known to the public.
PROTECTION_REASONS: Final = ("colleague", "disclosure_block", "endangered", "well_known")
ABOUT_A_COLLEAGUE: Final = "colleague"  # needs to say about whom
SHORTEST_REASON: Final = 20  # letters of a reason that says something
EMERGENCY_MINUTES: Final = 60  # unless the house says otherwise (KIM_EMERGENCY_MINUTES)
EMERGENCIES_SHOWN_FOR: Final = timedelta(days=28)


def state_of(*, protected: bool, about_oneself: bool) -> str:
    """The state of a thing for one actor, as the lines of a table name it."""
    return ABOUT_ONESELF if about_oneself else PROTECTED if protected else UNPROTECTED
