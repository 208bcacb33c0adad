"""Count the figures of a period for the progress report, and those of a month for the partner that composes it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from kim_referral.figures import referral_figures
from kim_referral.rules.counting import COUNTING_RULES as REFERRAL_RULES
from kim_runtime.refusal import Refused
from kim_statistics.figures import Figure
from kim_statistics.partners import partner_figures
from sqlalchemy.orm import Session

from kim_casework.model.figures import admission_figures, case_figures, contact_figures, order_figures, persons_in_cases
from kim_casework.rules.counting import COUNTING_RULES


def count_statistics(session: Session, first: date, last: date) -> dict[str, Any]:
    """The figures of the days `first` to `last`, both inclusive. Raises Refused `period_reversed`."""
    if last < first:
        raise Refused("period_reversed", "Der Zeitraum endet vor seinem Anfang.", "to")
    return {
        "period": {"from": first.isoformat(), "to": last.isoformat()},
        "admissions": admission_figures(session, first, last),
        "cases": case_figures(session, first, last),
        "persons_in_cases": persons_in_cases(session, last),
        "contacts": contact_figures(session, first, last),
        "referrals": referral_figures(session, first, last),
        "orders": order_figures(session, first, last),
        "partners": partner_figures(session, first, last),
        "counting_rules": {**COUNTING_RULES, **REFERRAL_RULES},
    }


def month_figures(session: Session, month: str) -> list[Figure]:
    """The aggregates of a month (`2022-07`): no person, no colleague, no site; contacts only where three colleagues or more noted them."""
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
    figures = [Figure(name, None, None, value) for name, value in totals.items() if value is not None]
    figures += [Figure("cases-open", "phase", phase, count) for phase, count in cases["by_phase"].items() if count]
    figures += [Figure("cases-closed", "reason", reason, count) for reason, count in cases["by_closing_reason"].items()]
    return figures
