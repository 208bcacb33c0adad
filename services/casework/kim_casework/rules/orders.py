"""Orders for interpreting and translation, from the requester's side."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from kim_events.types.order import ORDER_STATES

TALKS = frozenset({"on_site", "phone", "video", "sign_language"})
TEXTS = frozenset({"document_translation", "certified_translation", "information_material"})

REQUESTED = "requested"  # sent, not yet answered by the interpreting service
STATES = (REQUESTED, *ORDER_STATES)
# States in which something is still to come; in the others the order is at its end for the requester.
OPEN_STATES = frozenset({REQUESTED, "waiting_for_case", "checked", "waiting_for_money", "approved", "scheduled"})
WITHDRAWABLE = OPEN_STATES
URGENT_WITHIN = timedelta(days=7)

# How an organisation orders, by its kind in the directory: bookers are public bodies, associations and initiatives (rules of the pool).
REQUESTER_KIND = {
    "coordinating_centre": "public_body",
    "municipality": "public_body",
    "immigration_office": "public_body",
    "welfare": "association",
    "interpreter_pool": "association",
    "other": "initiative",
}


def size_missing(job_kind: str, minutes: int | None, keystrokes: int | None) -> str | None:
    """Which size is missing: a talk has `minutes`, a text `keystrokes`; None: none is."""
    if job_kind in TALKS and not minutes:
        return "minutes"
    if job_kind in TEXTS and not keystrokes:
        return "keystrokes"
    return None


def runs_out(state: str, service_date: date, today: date) -> bool:
    """Whether the requester should look: the day is near or past and nobody is scheduled yet."""
    return state in OPEN_STATES - {"scheduled"} and service_date <= today + URGENT_WITHIN


def name_in(text: str, names: Iterable[str]) -> str | None:
    """The first of the names that stands in the text as whole words; interpreters see no case file, so none may."""
    return next((name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)), None)
