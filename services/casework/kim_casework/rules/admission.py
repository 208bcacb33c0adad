"""Admission to case management (CM-Aufnahme): criteria that are ticked and reasoned, never a score that decides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

# Criteria as the GGUA Münster uses them in its KIM case management.
CRITERIA = ("complex_need", "offers_unknown", "many_actors", "system_blocks", "voluntary")
VOLUNTARY = "voluntary"
ANSWER_WITHIN = timedelta(days=7)  # own rule: a proposal is answered within a week


def missing_for_admission(criteria: Collection[str]) -> str | None:
    """What still stands against admission, as a code; None: nothing.

    Case management is voluntary, so that tick is a condition. Beside it at least one of the others must be ticked: which, and how
    they weigh, the case manager says in words.
    """
    unknown = set(criteria) - set(CRITERIA)
    if unknown:
        raise ValueError("unknown criterion")
    if VOLUNTARY not in criteria:
        return "not_voluntary"
    if len(set(criteria)) < 2:
        return "no_need_named"
    return None


def answer_by(proposed_on: date) -> date:
    """The day by which a proposal is to be answered."""
    return proposed_on + ANSWER_WITHIN
