"""What every service shows beside its own doors: to its operator the messages that wait, to its auditor who did or saw what, and to who
settles such entries those that nobody made.
"""

from __future__ import annotations

from dataclasses import replace

from kim_bus.parked import count
from kim_runtime.policy import grant, permissions
from kim_web.doors import Doors, NavEntry
from kim_web.language import mark
from kim_web.own_entries import ACTION_WORDS as ENTRY_WORDS
from kim_web.own_entries import OPEN_ENTRIES

from kim_service.api import audit as audit_api
from kim_service.api import parked as api
from kim_service.pages import audit, operator
from kim_service.pages.action_words import ACTION_WORDS

RULES = (*grant("parked.see", "ops"), *grant("parked.settle", "ops"), *grant("audit.read", "auditor"))
PERMISSIONS = permissions(RULES)


def operated(doors: Doors) -> Doors:
    """The doors of a service, with the operator's; where something can be given to who made it, with the way to what is open."""
    of_entries, entry_words = ((OPEN_ENTRIES,), ENTRY_WORDS) if doors.entries else ((), {})
    return replace(
        doors,
        permissions={**doors.permissions, **PERMISSIONS},
        rules=(*doors.rules, *RULES),
        pages=(*doors.pages, operator.pages, audit.pages),
        apis=(*doors.apis, api.api, audit_api.api),
        nav=(
            *doors.nav,
            *of_entries,
            NavEntry(mark("Betrieb"), "operator.show", "parked.see", waits=count, begins=True),
            NavEntry(mark("Prüfung"), "audit.show", "audit.read", begins=True),
        ),
        translations=(*doors.translations, "kim_service"),
        action_words={**doors.action_words, **entry_words, **ACTION_WORDS},
    )
