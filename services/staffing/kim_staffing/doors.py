"""The web side of staffing: its pages, its JSON door, and who may do what."""

from __future__ import annotations

from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry

from kim_staffing.api import assurances as assurance_api
from kim_staffing.api import contracts as contract_api
from kim_staffing.api import employers as employer_api
from kim_staffing.api import grants as grant_api
from kim_staffing.api import hearings as hearing_api
from kim_staffing.api import occupancies as occupancy_api
from kim_staffing.api import posts as post_api
from kim_staffing.api import statistics
from kim_staffing.operations.change_end_date import REASON_WORDS
from kim_staffing.pages import assurances, contracts, employers, expiring, extensions, grants, hearings, letters, plan, posts
from kim_staffing.pages.action_words import ACTION_WORDS
from kim_staffing.pages.audited_parts import NUMBERED, PARTS
from kim_staffing.pages.entry_kinds import ENTRY_KINDS
from kim_staffing.rules.permissions import PERMISSIONS, RULES

DOORS = operated(
    Doors(
        service="staffing",
        title="Stellen",
        package="kim_staffing",
        pages=(
            expiring.pages,
            contracts.pages,
            extensions.pages,
            letters.pages,
            plan.pages,
            posts.pages,
            assurances.pages,
            grants.pages,
            hearings.pages,
            employers.pages,
        ),
        apis=(
            employer_api.api,
            post_api.api,
            occupancy_api.api,
            contract_api.api,
            assurance_api.api,
            grant_api.api,
            hearing_api.api,
            statistics.api,
        ),
        permissions=PERMISSIONS,
        rules=RULES,
        nav=(
            NavEntry("Was läuft ab", "expiring.show", "expiring.see", key="a", pages=("contracts", "extensions", "letters")),
            NavEntry("Stellenplan", "plan.show", "plan.see", pages=("posts",)),
            NavEntry("Zusagen", "assurances.listed", "assurance.see"),
            NavEntry("Bewilligungen", "grants.listed", "grant.see"),
            NavEntry("Mitbestimmung", "hearings.listed", "council.see"),
            NavEntry("Arbeitgeber und Träger", "employers.listed", "post.manage"),
        ),
        start="expiring.show",
        entries=ENTRY_KINDS,
        action_words=ACTION_WORDS,
        reason_words=REASON_WORDS,
        numbered=NUMBERED,
        parts=PARTS,
    )
)
