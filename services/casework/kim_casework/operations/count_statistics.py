"""Count the figures of a period for the progress report, and those of a month for the partner that composes it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from kim_referral.figures import referrals_told
from kim_referral.rules.counting import COUNTING_RULES as REFERRAL_RULES
from kim_statistics.figures import Figure
from kim_statistics.halves import as_told, whole_halves
from kim_statistics.partners import partner_figures
from sqlalchemy.orm import Session

from kim_casework.model.figures import admission_figures, case_figures, contact_figures, order_figures, persons_in_cases
from kim_casework.rules.counting import COUNTING_RULES


def count_statistics(session: Session, from_: date, to: date, today: date) -> dict[str, Any]:
    """The figures of the halves of months that lie wholly in the days from `from_` to `to`, both inclusive, as asked on `today`.

    Raises Refused `period_reversed`, `period_too_short`.
    """
    told = first, last = whole_halves(from_, to, today)
    return {
        "period": {"from": from_.isoformat(), "to": to.isoformat()},
        "told": as_told(told),
        "admissions": admission_figures(session, first, last),
        "cases": case_figures(session, first, last),
        "persons_in_cases": persons_in_cases(session, last),
        "contacts": contact_figures(session, told, today),
        "referrals": referrals_told(session, told, today),
        "orders": order_figures(session, first, last),
        "partners": partner_figures(session, from_, to),
        "counting_rules": {**COUNTING_RULES, **REFERRAL_RULES},
    }


def month_figures(session: Session, month: str) -> list[Figure]:
    """The aggregates of a month (`2022-07`): no person, no colleague, no site; contacts only of a month in whose stretches three
    colleagues or more noted them."""
    year, number = int(month[:4]), int(month[5:])
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    admissions, cases = admission_figures(session, first, last), case_figures(session, first, last)
    contacts, orders = contact_figures(session, (first, last), last + timedelta(days=1)), order_figures(session, first, last)
    if contacts["told"] != as_told((first, last)):
        contacts = {"total": None, "follow_ups": None}
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
