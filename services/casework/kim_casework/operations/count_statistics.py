"""Count the figures of a period for the progress report, and those of a month for the partner that composes it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from kim_referral.figures import referral_figures
from kim_runtime.refusal import Refused
from kim_statistics.figures import Figure
from kim_statistics.partners import partner_figures
from sqlalchemy.orm import Session

from kim_casework.model.figures import admission_figures, case_figures, contact_figures, order_figures, persons_in_cases

# What each figure counts, in one sentence: the report prints it beside the figure.
COUNTING_RULES = {
    "admissions.proposed": "Vorschläge zur Aufnahme, die im Zeitraum gemacht wurden.",
    "admissions.admitted": "Vorschläge, denen im Zeitraum gefolgt wurde.",
    "admissions.declined": "Vorschläge, die im Zeitraum abgelehnt wurden, nach Grund.",
    "admissions.waiting": "Vorschläge, über die am Ende des letzten Tages nicht entschieden war.",
    "cases.open_at_end": "Fälle, die am Ende des letzten Tages offen waren. Ein Fall ist ein Haushalt, keine Person und keine Beratung.",
    "cases.opened": "Im Zeitraum neu eröffnete Fälle; wieder geöffnete zählen für sich.",
    "cases.closed": "Schließungen im Zeitraum, nach Grund; ein Fall kann mehrmals geschlossen werden.",
    "cases.by_phase": "Die am Ende offenen Fälle nach ihrer Phase an diesem Tag.",
    "cases.needing_new_manager": "Offene Fälle, deren Fallmanager_in am letzten Tag nicht eingesetzt werden durfte, nach damaligem Wissen.",
    "persons_in_cases": "Bekannte verschiedene Personen in den am Ende offenen Fällen; nicht die Summe der Personen am Tisch.",
    "contacts.total": "Kontaktnotizen mit einem Tag im Zeitraum.",
    "contacts.follow_ups": "Gespräche mit der Person von mindestens zehn Minuten: Folgeberatungen.",
    "orders.requested": "Im Zeitraum bestellte Sprachmittlung, nach ihrem Stand am Ende des letzten Tages.",
}


def count_statistics(session: Session, first: date, last: date) -> dict[str, Any]:
    """The figures of the days `first` to `last`, both inclusive. Raises Refused `period_backwards`."""
    if last < first:
        raise Refused("period_backwards", "Der Zeitraum endet vor seinem Anfang.", "to")
    return {
        "from": first,
        "to": last,
        "admissions": admission_figures(session, first, last),
        "cases": case_figures(session, first, last),
        "persons_in_cases": persons_in_cases(session, last),
        "contacts": contact_figures(session, first, last),
        "referrals": referral_figures(session, first, last),
        "orders": order_figures(session, first, last),
        "partners": partner_figures(session, first, last),
    }


def month_figures(session: Session, month: str) -> list[Figure]:
    """The aggregates of a month (`2022-07`): no person, no colleague, no site."""
    year, number = int(month[:4]), int(month[5:])
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    admissions, cases = admission_figures(session, first, last), case_figures(session, first, last)
    contacts, orders = contact_figures(session, first, last), order_figures(session, first, last)
    totals = {
        "cases-open": cases["open_at_end"],
        "cases-opened": cases["opened"],
        "cases-closed": cases["closed"],
        "cases-reopened": cases["reopened"],
        "persons-in-cases": persons_in_cases(session, last),
        "admissions-proposed": admissions["proposed"],
        "admissions-declined": admissions["declined"],
        "contacts": contacts["total"],
        "follow-ups": contacts["follow_ups"],
        "orders-requested": orders["requested"],
    }
    figures = [Figure(name, None, None, value) for name, value in totals.items()]
    figures += [Figure("cases-open", "phase", phase, count) for phase, count in cases["by_phase"].items() if count]
    figures += [Figure("cases-closed", "reason", reason, count) for reason, count in cases["by_closing_reason"].items()]
    return figures
