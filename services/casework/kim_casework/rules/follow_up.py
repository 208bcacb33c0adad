"""Which contact notes count as follow-up consultations (Folgeberatung: a further talk on the same matter)."""

from __future__ import annotations

CONTACT_KINDS = ("talk", "phone", "visit", "video", "letter", "message", "no_show")
COUNTERPARTS = ("client", "authority", "partner", "other")
TALKS = frozenset({"talk", "phone", "visit", "video"})
SHORTEST_MINUTES = 10  # own rule: a call to confirm an appointment is no consultation


def counts_as_follow_up(kind: str, counterpart: str, minutes: int) -> bool:
    """A talk with the client of at least ten minutes counts; letters, absences and talks with offices do not."""
    return kind in TALKS and counterpart == "client" and minutes >= SHORTEST_MINUTES
