"""The web side of casework: its pages, its JSON door and who may use them."""

from __future__ import annotations

from typing import Any

from kim_protection.pages import emergency_pages
from kim_referral import doors as referral
from kim_runtime.act import Actor
from kim_runtime.policy import permissions
from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry, Standing
from kim_web.language import mark
from kim_web.page import at_hand

from kim_casework.api import cases as api_cases
from kim_casework.api import contacts as api_contacts
from kim_casework.api import covers as api_covers
from kim_casework.api import emergencies as api_emergencies
from kim_casework.api import house as api_house
from kim_casework.api import orders as api_orders
from kim_casework.api import proposals as api_proposals
from kim_casework.api import statistics as api_statistics
from kim_casework.api import steps as api_steps
from kim_casework.api import teams as api_teams
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.standing import STANDINGS
from kim_casework.operations.open_in_emergency import OPENING
from kim_casework.pages import admission, assignment, cases, closing, covers, house, orders, protection, teams, week
from kim_casework.pages.action_words import ACTION_WORDS
from kim_casework.pages.audited_parts import NUMBERED, PARTS
from kim_casework.pages.entry_kinds import ENTRY_KINDS
from kim_casework.pages.words import CLOSING_REASONS, DECLINE_REASONS
from kim_casework.rules.permissions import LEAD, MANAGER, PERMISSIONS, RULES

_REFERRAL = referral.rules_for(MANAGER, LEAD)


def _standing(actor: Actor, thing: Any) -> Standing:
    """As operations ask it too (`model.standing`)."""
    session, act = at_hand(actor, thing)
    return STANDINGS[type(thing)](session, act, thing)


DOORS = operated(
    Doors(
        service="casework",
        title=mark("Fallarbeit"),
        package="kim_casework",
        permissions={**permissions(_REFERRAL), **PERMISSIONS},
        pages=(
            week.pages,
            assignment.pages,
            closing.pages,
            protection.pages,
            emergency_pages(OPENING, "casework/emergency.html", shown="cases.show", listed="cases.listed"),
            cases.pages,
            covers.pages,
            admission.pages,
            orders.pages,
            house.pages,
            teams.pages,
            *referral.PAGES,
        ),
        apis=(
            api_cases.api,
            api_covers.api,
            api_teams.api,
            api_emergencies.api,
            api_contacts.api,
            api_steps.api,
            api_house.api,
            api_proposals.api,
            api_orders.api,
            api_statistics.api,
            *referral.APIS,
        ),
        nav=(
            NavEntry(mark("Meine Woche"), "week.show", "week.see", "w"),
            NavEntry(mark("Fälle"), "cases.listed", "case.list", pages=("assignment", "closing", "protection", "emergencies")),
            NavEntry(mark("Vorschläge"), "admission.listed", "proposal.see"),
            NavEntry(mark("Sprachmittlung"), "orders.listed", "order.list"),
            *referral.NAV,
            NavEntry(mark("Vertretungen"), "covers.show", "cover.see"),
            NavEntry(mark("Unser Haus"), "house.show", "house.see"),
            NavEntry(mark("Teams"), "teams.show", "team.see"),
        ),
        start="week.show",
        translations=(*referral.TRANSLATIONS, "kim_statistics"),
        relations={referral.PART: disclosures_seen},
        rules=(*_REFERRAL, *RULES),
        standings={**referral.STANDINGS, **dict.fromkeys(STANDINGS, _standing)},
        entries=ENTRY_KINDS,
        action_words={**referral.ACTION_WORDS, **ACTION_WORDS},
        reason_words={**referral.REASON_WORDS, **DECLINE_REASONS, **CLOSING_REASONS},
        numbered=NUMBERED,
        parts=PARTS,
    )
)
