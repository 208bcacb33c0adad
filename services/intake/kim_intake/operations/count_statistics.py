"""What intake counted in a period: for the progress report, and a month of it for the coordinating organisation."""

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

from kim_intake.model.consultation_figures import consultation_figures
from kim_intake.model.hand_over_figures import hand_over_figures, proposal_figures
from kim_intake.model.site import sites
from kim_intake.rules.counting import COUNTING_RULES

TOLD_CUTS = ("by_topic", "by_origin")


def count_statistics(session: Session, from_: date, to: date, today: date) -> dict[str, Any]:
    """All figures of the halves of months that lie wholly in the days from `from_` to `to`, asked on `today`; counted from rows, each with
    its rule. Raises Refused `period_reversed`, `period_too_short`.
    """
    told = whole_halves(from_, to, today)
    return {
        "period": {"from": from_.isoformat(), "to": to.isoformat()},
        "told": as_told(told),
        "consultations": consultation_figures(session, told, today),
        "hand_overs": hand_over_figures(session, told, today),
        "proposals": proposal_figures(session, told),
        "referrals": referrals_told(session, told, today),
        "sites": {
            site.id: {
                "name": site.name,
                "municipality": site.municipality,
                "case_management_desks": site.case_management_desks,
                "services": [body.code for body in site.bodies],
            }
            for site in sites(session)
        },
        "partners": partner_figures(session, from_, to),
        "counting_rules": {**COUNTING_RULES, **REFERRAL_RULES},
    }


def month_figures(session: Session, month: str) -> list[Figure]:
    """The figures of `2022-07` that leave the house: per counselling service, never added over services.

    Who the families were, and not how they were counselled. How many were handed over and referred on is told of a month in whose stretches
    three people or more did it (`kim_statistics.halves`).
    """
    year, number = int(month[:4]), int(month[5:])
    from_, to = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    asked, later = (from_, to), to + timedelta(days=1)
    figures: list[Figure] = []
    for service, counted in consultation_figures(session, asked, later).items():
        name = f"consultations.{service}"
        figures.append(Figure(name, value=counted["total"]))
        figures.append(Figure(f"persons_at_the_table.{service}", value=counted["persons_at_the_table"]))
        figures += [Figure(name, "site", site, cell["total"]) for site, cell in counted["by_site"].items()]
        figures += [
            Figure(name, cut.removeprefix("by_"), value, count) for cut in TOLD_CUTS for value, count in counted[cut].items() if count
        ]
    done = {"hand_overs": hand_over_figures(session, asked, later), "referrals_sent": referrals_told(session, asked, later)["sent"]}
    figures += [Figure(name, value=counted["total"]) for name, counted in done.items() if counted["told"] == as_told(asked)]
    return figures
