"""How each figure is counted, in one sentence: every figure explains itself, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COUNTING_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "admissions.proposed": {
        "de": "Vorschläge zur Aufnahme, die im Zeitraum gemacht wurden.",
        "en": "Proposals for admission made in the period.",
    },
    "admissions.admitted": {
        "de": "Vorschläge, denen im Zeitraum gefolgt wurde.",
        "en": "Proposals followed by an admission in the period.",
    },
    "admissions.declined": {
        "de": "Vorschläge, die im Zeitraum abgelehnt wurden, nach Grund.",
        "en": "Proposals declined in the period, by reason.",
    },
    "admissions.waiting": {
        "de": "Vorschläge, über die am Ende des letzten Tages nicht entschieden war.",
        "en": "Proposals not decided on at the end of the last day.",
    },
    "cases.open_at_end": {
        "de": "Fälle, die am Ende des letzten Tages offen waren. Ein Fall ist ein Haushalt, keine Person und keine Beratung.",
        "en": "Cases open at the end of the last day. A case is a household, not a person and not a consultation.",
    },
    "cases.opened": {
        "de": "Im Zeitraum neu eröffnete Fälle; wieder geöffnete zählen für sich.",
        "en": "Cases newly opened in the period; reopened ones are counted apart.",
    },
    "cases.closed": {
        "de": "Schließungen im Zeitraum, nach Grund; ein Fall kann mehrmals geschlossen werden.",
        "en": "Closings in the period, by reason; a case can be closed several times.",
    },
    "cases.by_phase": {
        "de": "Die am Ende offenen Fälle nach ihrer Phase an diesem Tag.",
        "en": "The cases open at the end, by their phase on that day.",
    },
    "cases.needing_new_manager": {
        "de": "Offene Fälle, deren Fallmanager_in am letzten Tag keine Fälle haben durfte, nach damaligem Wissen.",
        "en": "Open cases whose case manager might not have cases on the last day, by what was known then.",
    },
    "persons_in_cases": {
        "de": "Bekannte verschiedene Personen in den am Ende offenen Fällen; nicht die Summe der Personen am Tisch.",
        "en": "Known different persons in the cases open at the end; not the sum of persons at the table.",
    },
    "contacts.total": {
        "de": "Kontaktnotizen mit einem Tag im Zeitraum, über so viele halbe Monate zusammen, dass mindestens drei Kolleg_innen sie "
        "schrieben.",
        "en": "Contact notes with a day in the period, over as many halves of months together as it takes for at least three colleagues.",
    },
    "contacts.follow_ups": {
        "de": "Gespräche mit der Person oder Familie von mindestens zehn Minuten (Folgeberatungen).",
        "en": "Talks with the person or family of at least ten minutes (follow-up consultations).",
    },
    "orders.requested": {
        "de": "Im Zeitraum bestellte Sprachmittlung, nach ihrem Stand am Ende des letzten Tages.",
        "en": "Interpreting and translation ordered in the period, by state at the end of the last day.",
    },
}
