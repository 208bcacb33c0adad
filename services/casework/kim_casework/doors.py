"""The web side of casework: its pages, its JSON door and who may use them."""

from __future__ import annotations

from kim_referral import doors as referral
from kim_runtime.act import Actor
from kim_runtime.policy import Relation
from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry, Standing
from kim_web.language import mark

from kim_casework.api import cases as api_cases
from kim_casework.api import contacts as api_contacts
from kim_casework.api import orders as api_orders
from kim_casework.api import proposals as api_proposals
from kim_casework.api import statistics as api_statistics
from kim_casework.model.case import Case
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.order import InterpretingOrder
from kim_casework.pages import admission, assignment, cases, closing, house, orders, week
from kim_casework.rules.permissions import PERMISSIONS, RULES, relations_to_case


def _standing_to_case(actor: Actor, case: Case) -> Standing:
    return Standing(relations_to_case(actor, case.responsible, case.deputies))


def _standing_to_order(actor: Actor, order: InterpretingOrder) -> Standing:
    own_case = relations_to_case(actor, order.case.responsible, order.case.deputies) if order.case else frozenset()
    return Standing(own_case | ({Relation.OWN_RECORD} if order.requested_by == actor.id else frozenset()))


DOORS = operated(
    Doors(
        service="casework",
        title=mark("Fallarbeit"),
        package="kim_casework",
        permissions={**referral.PERMISSIONS, **PERMISSIONS},
        pages=(week.pages, assignment.pages, closing.pages, cases.pages, admission.pages, orders.pages, house.pages, *referral.PAGES),
        apis=(api_cases.api, api_contacts.api, api_proposals.api, api_orders.api, api_statistics.api, *referral.APIS),
        nav=(
            NavEntry(mark("Meine Woche"), "week.show", "week.see", "w"),
            NavEntry(mark("Fälle"), "cases.listed", "case.see"),
            NavEntry(mark("Vorschläge"), "admission.listed", "proposal.see"),
            NavEntry(mark("Sprachmittlung"), "orders.listed", "order.see"),
            *referral.NAV,
            NavEntry(mark("Unser Haus"), "house.show", "house.see"),
        ),
        start="week.show",
        translations=referral.TRANSLATIONS,
        relations={referral.PART: disclosures_seen},
        rules=(*referral.RULES, *RULES),
        standings={Case: _standing_to_case, InterpretingOrder: _standing_to_order},
    )
)
