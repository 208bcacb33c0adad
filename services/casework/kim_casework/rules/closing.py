"""Closing a case: the reasons, and what follows for keeping its file."""

from __future__ import annotations

from datetime import date

CLOSING_REASONS = (
    "goals_reached",
    "handed_over",
    "contact_broken_off",
    "moved_away",
    "client_ended",
    "no_admission",
    "left_country",
    "deceased",
)
HANDED_OVER = "handed_over"  # needs to whom
KEPT_YEARS = 3  # proposal, to be decided by the controller: three years after the year of closing (cf. §§ 195, 199 BGB)


def kept_until_before(closed_on: date) -> date:
    """The first day on which the file of a closed case may be deleted: the case closed on 14 October 2022 on 1 January 2026."""
    return date(closed_on.year + KEPT_YEARS + 1, 1, 1)
