"""The web side of intake: its pages, its JSON door, and who may do what."""

from __future__ import annotations

from kim_referral import doors as referral
from kim_runtime.act import Actor
from kim_service.doors import operated
from kim_web.doors import Doors, NavEntry, Standing
from kim_web.entries import count_open

from kim_intake.api import consultations, hand_overs, proposals, sites, statistics
from kim_intake.model.consultation import Consultation
from kim_intake.model.disclosures import disclosures_seen
from kim_intake.model.hand_over import HandOver
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.pages import clients, consultation, record, today
from kim_intake.pages import hand_overs as hand_over_pages
from kim_intake.pages import proposals as proposal_pages
from kim_intake.pages.action_words import ACTION_WORDS
from kim_intake.pages.entry_kinds import ENTRY_KINDS
from kim_intake.rules.permissions import PERMISSIONS, RULES, relations_to_site


def _standing_at_site(actor: Actor, thing: Consultation | HandOver | AdmissionProposal) -> Standing:
    return Standing(relations_to_site(actor, thing.site_id))


DOORS = operated(
    Doors(
        service="intake",
        title="Erstberatung",
        package="kim_intake",
        pages=(today.pages, record.pages, consultation.pages, hand_over_pages.pages, clients.pages, proposal_pages.pages, *referral.PAGES),
        apis=(consultations.api, hand_overs.api, proposals.api, sites.api, statistics.api, *referral.APIS),
        permissions={**PERMISSIONS, **referral.PERMISSIONS},
        nav=(
            NavEntry("Heute am Standort", "today.show", "today.see", key="h"),
            NavEntry("Beratung erfassen", "record.begin", "consultation.record"),
            NavEntry("Weitergaben", "hand_overs.listed", "hand_over.see"),
            NavEntry("Person suchen", "clients.search", "client.see", key="f"),
            NavEntry("Vorschläge", "proposals.listed", "proposal.see"),
            *referral.NAV,
            NavEntry("Offene Einträge", "own_entries.open_ones", "entry.settle", waits=count_open),
        ),
        start="today.show",
        translations=("kim_referral",),
        relations={referral.PART: disclosures_seen},
        rules=(*referral.RULES, *RULES),
        standings=dict.fromkeys((Consultation, HandOver, AdmissionProposal), _standing_at_site),
        entries=ENTRY_KINDS,
        action_words={**referral.ACTION_WORDS, **ACTION_WORDS},
    )
)
