"""The web side of intake: its pages, its JSON door, and who may do what."""

from __future__ import annotations

from kim_protection.pages import emergency_pages
from kim_referral import doors as referral
from kim_runtime.act import Actor
from kim_runtime.policy import permissions
from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry, Standing
from kim_web.page import at_hand

from kim_intake.api import clients as clients_api
from kim_intake.api import consultations, hand_overs, proposals, sites, statistics
from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.hand_over import HandOver
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.model.sight import AboutPeople, facts_of
from kim_intake.model.site import Site
from kim_intake.operations.open_in_emergency import OPENING
from kim_intake.pages import clients, consultation, protection, record, today
from kim_intake.pages import hand_overs as hand_over_pages
from kim_intake.pages import proposals as proposal_pages
from kim_intake.pages import sites as site_pages
from kim_intake.pages.action_words import ACTION_WORDS
from kim_intake.pages.audited_parts import NUMBERED, PARTS
from kim_intake.pages.entry_kinds import ENTRY_KINDS
from kim_intake.rules.codes import CORRECTION_REASONS
from kim_intake.rules.permissions import DESK, PERMISSIONS, RULES, Facts, is_own_site

_REFERRAL = referral.rules_for(DESK)


def _standing(actor: Actor, thing: AboutPeople) -> Standing:
    session, act = at_hand(actor, thing)
    return facts_of(session, act, thing).standing


def _standing_at_site(actor: Actor, site: Site) -> Standing:
    return Facts(at_own_site=is_own_site(actor, site.id)).standing


DOORS = operated(
    Doors(
        service="intake",
        title="Erstberatung",
        package="kim_intake",
        pages=(
            today.pages,
            record.pages,
            consultation.pages,
            hand_over_pages.pages,
            protection.pages,
            emergency_pages(OPENING, "intake/emergency.html", shown="clients.show", listed="clients.search"),
            clients.pages,
            proposal_pages.pages,
            site_pages.pages,
            *referral.PAGES,
        ),
        apis=(consultations.api, hand_overs.api, proposals.api, clients_api.api, sites.api, statistics.api, *referral.APIS),
        permissions={**PERMISSIONS, **permissions(_REFERRAL)},
        nav=(
            NavEntry("Heute am Standort", "today.show", "today.see", key="h", pages=("consultation",)),
            NavEntry("Beratung erfassen", "record.begin", "consultation.record"),
            NavEntry("Weitergaben", "hand_overs.listed", "hand_over.see"),
            NavEntry("Person suchen", "clients.search", "client.list", key="f", pages=("protection", "emergencies")),
            NavEntry("Vorschläge", "proposals.listed", "proposal.see"),
            *referral.NAV,
            NavEntry("Standorte", "sites.listed", "house.arrange"),
        ),
        start="today.show",
        translations=(*referral.TRANSLATIONS, "kim_statistics"),
        relations={referral.PART: disclosures_seen},
        rules=(*_REFERRAL, *RULES),
        standings={
            **referral.STANDINGS,
            **dict.fromkeys((Client, Consultation, HandOver, AdmissionProposal), _standing),
            Site: _standing_at_site,
        },
        entries=ENTRY_KINDS,
        action_words={**referral.ACTION_WORDS, **ACTION_WORDS},
        reason_words={**referral.REASON_WORDS, **CORRECTION_REASONS},
        numbered=NUMBERED,
        parts=PARTS,
    )
)
