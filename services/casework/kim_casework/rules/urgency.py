"""What comes first in the week of a case manager."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=6)  # today and the six days after it
RUNS_OUT_WITHIN = timedelta(days=42)  # consents and contract ends are shown six weeks ahead


class Urgency(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"


def urgency(until: date, today: date) -> Urgency:
    """How urgent a thing is that is to be done until a day."""
    if until < today:
        return Urgency.OVERDUE
    if until == today:
        return Urgency.TODAY
    return Urgency.THIS_WEEK if until <= today + WEEK else Urgency.LATER


def initials(name: str) -> str:
    """`Anna Maria Beispiel` -> `A. B.`; a single name gives one letter. For lists that others may see over a shoulder."""
    parts = name.split()
    if not parts:
        return ""
    letters = [parts[0][0]] if len(parts) == 1 else [parts[0][0], parts[-1][0]]
    return " ".join(f"{letter.upper()}." for letter in letters)
